using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Evaluation.Coco;

/// <summary>
/// The COCO rules written down a second time, as slowly and literally as they read: the reference for random data. Boxes, or
/// whatever else has an overlap.
/// </summary>
internal static class PlainCocoEvaluator
{
    private static readonly (double Min, double Max)[] Areas = [(0, 1e10), (0, 1024), (1024, 9216), (9216, 1e10)];

    /// <summary>Overlap of a detection with an annotation, by its row.</summary>
    public delegate double Overlap(CocoResults.Row detection, int annotation, bool crowd);

    public static double[] Evaluate(CocoGroundTruth truth, CocoResults results, Overlap? overlap = null)
    {
        var rows = results.Rows.ToArray().Select(r => (r, false)).ToList();
        var thresholds = CocoEvaluationOptions.Default.IouThresholds;
        double[] Ap(int area, params int[] at) =>
            [.. at.SelectMany(t =>
                truth.Categories.SelectMany((_, k) => Curve(truth, rows, k, area, thresholds[t], 100, overlap).Precision ?? []))];
        double[] Ar(int area, int limit) =>
            [.. thresholds.SelectMany(t =>
                truth.Categories.Select((_, k) => Curve(truth, rows, k, area, t, limit, overlap).Recall).Where(r => r >= 0))];
        double Mean(double[] values) => values.Length == 0 ? -1 : values.Average();
        int[] all = [.. Enumerable.Range(0, 10)];
        return
        [
            Mean(Ap(0, all)), Mean(Ap(0, 0)), Mean(Ap(0, 5)), Mean(Ap(1, all)), Mean(Ap(2, all)), Mean(Ap(3, all)),
            Mean(Ar(0, 1)), Mean(Ar(0, 10)), Mean(Ar(0, 100)), Mean(Ar(1, 100)), Mean(Ar(2, 100)), Mean(Ar(3, 100)),
        ];
    }

    /// <summary>
    /// Precision at the recall levels (null without truth) and recall of one category. Detections marked lenient count
    /// neither way where they find nothing.
    /// </summary>
    public static (double[]? Precision, double Recall) Curve(
        CocoGroundTruth truth, List<(CocoResults.Row Row, bool Lenient)> rows, int category, int area, double threshold,
            int limit,
        Overlap? overlap = null)
    {
        var entries = new List<(double Score, bool Hit, bool Ignored)>();
        var positives = 0;
        for (var image = 0; image < truth.Images.Count; image++)
        {
            positives += Cell(truth, rows, category, image, area, threshold, limit, overlap, entries);
        }

        if (positives == 0)
        {
            return (null, -1);
        }

        var ranked = entries.OrderByDescending(e => e.Score).ToList();
        var (recalls, precisions) = (new List<double>(), new List<double>());
        double hits = 0, misses = 0;
        foreach (var (_, hit, ignored) in ranked)
        {
            hits += hit && !ignored ? 1 : 0;
            misses += !hit && !ignored ? 1 : 0;
            recalls.Add(hits / positives);
            precisions.Add(hits / (misses + hits + (Math.BitIncrement(1.0) - 1)));
        }

        var read = CocoEvaluationOptions.RecallLevels.Select(level =>
        {
            var at = recalls.FindIndex(r => r >= level);
            return at < 0 ? 0 : precisions.Skip(at).Max();
        });
        return ([.. read], recalls.Count == 0 ? 0 : recalls[^1]);
    }

    private static int Cell(
        CocoGroundTruth truth, List<(CocoResults.Row Row, bool Lenient)> rows, int category, int image, int area, double threshold, int limit,
        Overlap? overlap, List<(double Score, bool Hit, bool Ignored)> entries)
    {
        var columns = truth.Annotations;
        bool Outside(double size) => size < Areas[area].Min || size > Areas[area].Max;
        var truths = Enumerable.Range(0, truth.Annotations.Id.Length)
            .Where(i => columns.Image[i] == image && columns.Category[i] == category)
            .Select(i => (Row: i, Ignored: columns.Crowd[i] || Outside(columns.Area[i])))
            .OrderBy(g => g.Ignored)
            .ToList();
        var detections = rows
            .Where(r => r.Row.Image == truth.Images[image].Id && r.Row.Category == truth.Categories[category].Id)
            .OrderByDescending(r => r.Row.Score)
            .Take(Math.Max(limit, 100))
            .ToList();
        var used = new HashSet<int>();
        for (var d = 0; d < detections.Count; d++)
        {
            var best = Math.Min(threshold, 1 - 1e-10);
            (int Row, bool Ignored)? found = null;
            foreach (var g in truths)
            {
                if (used.Contains(g.Row) && !columns.Crowd[g.Row])
                {
                    continue;
                }

                if (found is { Ignored: false } && g.Ignored)
                {
                    break;
                }

                var shared = overlap?.Invoke(detections[d].Row, g.Row, columns.Crowd[g.Row])
                    ?? CocoBox.Iou(detections[d].Row.Box, columns.Box[g.Row], columns.Crowd[g.Row]);
                if (shared >= best)
                {
                    (best, found) = (shared, g);
                }
            }

            if (found is { } match)
            {
                used.Add(match.Row);
            }

            if (d < limit)
            {
                entries.Add((detections[d].Row.Score, found is not null, found?.Ignored ?? (Outside(detections[d].Row.Area) || detections[d].Lenient)));
            }
        }

        return truths.Count(g => !g.Ignored);
    }
}
