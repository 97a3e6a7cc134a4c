using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>Turns the matches of an object into a label, and thins out objects that overlap.</summary>
internal static class MatchPolicy
{
    /// <summary>Names one object.</summary>
    /// <param name="box">Where it is.</param>
    /// <param name="detectionScore">The detector's confidence.</param>
    /// <param name="matches">What was found, best first.</param>
    /// <param name="options">Policy and thresholds.</param>
    /// <param name="otherScore">Score of the best item of any label but this one, negative infinity where there is none; only
    /// asked where <paramref name="matches"/> are all of one label.</param>
    public static async ValueTask<RecognizedObject> DecideAsync(
        Box box, float detectionScore, IReadOnlyList<VectorMatch> matches, ShituOptions options, Func<string, ValueTask<float>> otherScore)
    {
        IReadOnlyList<VectorMatch> kept = options.DistinctLabels ? [.. matches.DistinctBy(m => m.Label)] : matches;
        if (kept.Count == 0)
        {
            return new RecognizedObject(box, detectionScore, kept, null, float.NegativeInfinity);
        }

        var label = options.Policy == LabelPolicy.Vote ? Vote(matches) : matches[0].Label;
        var best = matches.First(m => m.Label == label);
        double? probability = null;
        if (options.Probability is { } curve)
        {
            var other = matches.Any(m => m.Label != label)
                ? matches.First(m => m.Label != label).Score
                : await otherScore(label).ConfigureAwait(false);
            probability = curve.Of(best.Score, other);
        }

        return best.Score >= options.Threshold && !(probability < options.MinProbability)
            ? new RecognizedObject(box, detectionScore, kept, label, best.Score) { Probability = probability }
            : new RecognizedObject(box, detectionScore, kept, null, matches[0].Score) { Probability = probability };
    }

    /// <summary>Drops objects that overlap a better one; <paramref name="objects"/> come best first.</summary>
    public static List<RecognizedObject> Suppress(IReadOnlyList<RecognizedObject> objects, float iou)
    {
        var kept = new List<RecognizedObject>();
        foreach (var candidate in objects)
        {
            if (kept.TrueForAll(k => k.Box.Iou(candidate.Box) <= iou))
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    // Ties go to the label whose best match came first.
    private static string Vote(IReadOnlyList<VectorMatch> matches) =>
        matches.GroupBy(m => m.Label).MaxBy(g => g.Sum(m => Math.Max(m.Score, 0)))!.Key;
}
