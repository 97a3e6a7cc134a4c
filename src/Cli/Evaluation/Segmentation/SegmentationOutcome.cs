using PPLCNet.Vision.Evaluation.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary>The figures of <c>eval segmentation</c>, and what their reader must know.</summary>
internal static class SegmentationOutcome
{
    /// <summary>Scores the counts.</summary>
    public static EvalOutcome Of(SegmentationCounts counts)
    {
        var matrix = counts.Matrix;
        var scores = counts.Score(counts.Absent);
        var present = counts.Score(AbsentClass.Skipped);
        string Name(int id) => id < counts.Names.Count ? counts.Names[id] : $"{id}";
        var summary = new EvalSummary()
            .Add("miou", scores.MeanIou)
            .Add("accuracy", scores.Accuracy)
            .Add("kappa", scores.Kappa)
            .Add("dice", scores.MeanDice)
            .AddCount("pixels", scores.Pixels)
            .AddCount("ignored", scores.IgnoredPixels)
            .Add("miou_present", present.MeanIou)
            .Add("dice_present", present.MeanDice);
        for (var id = 0; id < matrix.Classes; id++)
        {
            summary.Add($"iou.{Name(id)}", scores.ClassIou[id]);
        }

        return new EvalOutcome
        {
            Summary = summary,
            Notes = [.. Notes(counts, scores, present, Name)],
            WriteState = counts.WriteState,
            WriteReport = page =>
            {
                var ids = Enumerable.Range(0, matrix.Classes).ToArray();
                SegmentationPlots.Confusion(page, matrix, ids, [.. ids.Select(Name)]);
                SegmentationPlots.Bars(page, "iou.png", "IoU by class", [.. ids.Select(i => (Name(i), scores.ClassIou[i]))]);
                page.Table("Classes", ["class", "IoU", "Dice", "precision", "recall"], ids.Select(i => (string[])
                [
                    Name(i), $"{scores.ClassIou[i]:0.0000}", $"{scores.ClassDice[i]:0.0000}",
                    $"{scores.ClassPrecision[i]:0.0000}", $"{scores.ClassRecall[i]:0.0000}",
                ]));
            },
        };
    }

    private static IEnumerable<string> Notes(
        SegmentationCounts counts, SegmentationScores scores, SegmentationScores present, Func<int, string> name)
    {
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
                ? " (where 255 is a class, as in masks of 0 and 255, --map 255=1 makes it one)"
                : "";
            yield return $"{Listed(unseen, name)} in the truth{(scores.IgnoredPixels > 0 ? $"; {left}{hint}" : "")}.";
        }
        else if (ignored > 0.5)
        {
            yield return $"{left}.";
        }

        if (nowhere.Count > 0 && counts.Absent != AbsentClass.Skipped)
        {
            yield return $"{Listed(nowhere, name)} in truth or predictions "
                + $"and count as IoU {(counts.Absent == AbsentClass.AsZero ? 0 : 1)} in miou "
                + $"({scores.MeanIou:0.0000}); over the classes that occur it is {present.MeanIou:0.0000} (--absent skip).";
        }
    }

    private static string Listed(List<int> classes, Func<int, string> name)
    {
        const int Shown = 8;
        var names = string.Join(", ", classes.Take(Shown).Select(name)) + (classes.Count > Shown ? ", ..." : "");
        return classes.Count == 1 ? $"class {names} never occurs" : $"{classes.Count} classes ({names}) never occur";
    }
}
