namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>What the reader of the figures of a segmentation must know.</summary>
internal static class SegmentationNotes
{
    /// <summary>
    /// The notes, one sentence or two each: classes that never occur, and how much of the truth does not count.
    /// </summary>
    /// <param name="counts">What was counted.</param>
    /// <param name="remap">What makes the id 255 a class, as the reader can ask for it.</param>
    /// <param name="skip">What leaves out classes that never occur, as the reader can ask for it.</param>
    public static IReadOnlyList<string> Of(
        SegmentationCounts counts, string remap = "LabelMap.Remap of 255 to 1", string skip = "AbsentClass.Skipped")
    {
        ArgumentNullException.ThrowIfNull(counts);
        return [.. Find(counts, remap, skip)];
    }

    private static IEnumerable<string> Find(SegmentationCounts counts, string remap, string skip)
    {
        var scores = counts.Score(counts.Absent);
        var present = counts.Score(AbsentClass.Skipped);
        var matrix = counts.Matrix;
        var ignored = scores.IgnoredPixels / (double)matrix.Total;
        var left = $"{ignored * 100:0.#}% of the truth has the ignored id {counts.IgnoredClass ?? matrix.Ignore} "
            + "and does not count";
        var unseen = Enumerable.Range(0, matrix.Classes)
            .Where(c => c != counts.IgnoredClass && scores.ClassTruth[c] == 0).ToList();
        var nowhere = unseen.Where(c => scores.ClassPredicted[c] == 0).ToList();
        if (unseen.Count > 0)
        {
            var hint = counts.IgnoredClass is null && matrix.Ignore == 255
                ? $" (where 255 is a class, as in masks of 0 and 255, {remap} makes it one)"
                : "";
            yield return $"{Listed(unseen, counts.NameOf)} in the truth{(scores.IgnoredPixels > 0 ? $"; {left}{hint}" : "")}.";
        }
        else if (ignored > 0.5)
        {
            yield return $"{left}.";
        }

        if (nowhere.Count > 0 && counts.Absent != AbsentClass.Skipped)
        {
            yield return $"{Listed(nowhere, counts.NameOf)} in truth or predictions "
                + $"and count as IoU {(counts.Absent == AbsentClass.AsZero ? 0 : 1)} in miou "
                + $"({scores.MeanIou:0.0000}); over the classes that occur it is {present.MeanIou:0.0000} ({skip}).";
        }
    }

    private static string Listed(List<int> classes, Func<int, string> name)
    {
        const int Shown = 8;
        var names = string.Join(", ", classes.Take(Shown).Select(name)) + (classes.Count > Shown ? ", ..." : "");
        return classes.Count == 1 ? $"class {names} never occurs" : $"{classes.Count} classes ({names}) never occur";
    }
}
