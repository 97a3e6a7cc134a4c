using System.Runtime.CompilerServices;
using PPLCNet.Vision.Evaluation.Coco.Accumulation;
using PPLCNet.Vision.Evaluation.Coco.Federated;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>The outcome of an evaluation. Immutable and thread-safe.</summary>
public sealed class CocoEvaluation
{
    private readonly Curves _curves;
    private readonly int[] _all; // positions of all categories

    internal CocoEvaluation(CocoMatches matches, Curves curves, IReadOnlyList<string> warnings)
    {
        Warnings = warnings;
        Matches = matches;
        _curves = curves;
        _all = [.. Enumerable.Range(0, curves.Categories)];
        Summary = Summarize();
        Categories = [.. matches.Categories.Select(Score)];
    }

    /// <summary>COCO's numbers.</summary>
    public CocoSummary Summary { get; }

    /// <summary>Figures of each category, rising ids.</summary>
    public IReadOnlyList<CocoCategoryScore> Categories { get; }

    /// <summary>The state, which merges with those of other images.</summary>
    public CocoMatches Matches { get; }

    /// <summary>What is odd about truth or results but has a defined meaning.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The precision-recall curve of a category.</summary>
    /// <param name="category">Position in <see cref="Categories"/>.</param>
    /// <param name="threshold">Position in the overlap thresholds; 0 = 0.50.</param>
    /// <param name="area">Position in the area ranges; 0 = all.</param>
    internal CocoCurve Curve(int category, int threshold = 0, int area = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(category);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(category, Categories.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(threshold, Matches.Options.IouThresholds.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(area);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(area, Matches.Options.Areas.Count);
        var start = _curves.PrecisionAt(category, area, threshold);
        return new CocoCurve(
            _curves.Precision.AsSpan(start, Curves.Levels).ToArray(), _curves.Score.AsSpan(start, Curves.Levels).ToArray());
    }

    /// <summary>The mean curve over all categories that have truth; null where none has.</summary>
    /// <param name="threshold">Position in the overlap thresholds.</param>
    /// <param name="area">Position in the area ranges.</param>
    public double[]? MeanCurve(int threshold = 0, int area = 0)
    {
        var sum = new double[Curves.Levels];
        var count = 0;
        for (var k = 0; k < _curves.Categories; k++)
        {
            var curve = Curve(k, threshold, area).Precision;
            if (curve[0] < 0)
            {
                continue;
            }

            count++;
            for (var r = 0; r < sum.Length; r++)
            {
                sum[r] += curve[r];
            }
        }

        return count == 0 ? null : Array.ConvertAll(sum, s => s / count);
    }

    /// <summary>Mean precision over thresholds, recall levels and categories.</summary>
    /// <param name="area">Position in the area ranges, or -1, which gives -1.</param>
    /// <param name="threshold">Position in the overlap thresholds; null = all of them; -1 gives -1.</param>
    public double AveragePrecision(int area = 0, int? threshold = null) => Average(area, threshold, _all);

    /// <summary>
    /// Mean precision over thresholds, recall levels and the categories of this frequency; -1 where none of them has truth.
    /// </summary>
    internal double AveragePrecision(CategoryFrequency frequency) =>
        Average(0, null, Array.FindAll(_all, k => Matches.Categories[k].Frequency == frequency));

    /// <summary>Mean recall over thresholds and categories.</summary>
    /// <param name="area">Position in the area ranges, or -1, which gives -1.</param>
    /// <param name="limit">Position in the limits of detections; null = the last; -1 gives -1.</param>
    public double AverageRecall(int area = 0, int? limit = null) => Recall(area, limit, _all);

    // By threshold, level, category: the order in which the COCO API's mean runs over its array.
    [MethodImpl(HotLoop.Options)]
    private double Average(int area, int? threshold, int[] categories)
    {
        if (area < 0 || threshold < 0)
        {
            return -1;
        }

        var values = new List<double>();
        var (first, end) = threshold is { } one ? (one, one + 1) : (0, Matches.Options.IouThresholds.Count);
        for (var t = first; t < end; t++)
        {
            for (var r = 0; r < Curves.Levels; r++)
            {
                foreach (var k in categories)
                {
                    AddKnown(values, _curves.Precision[_curves.PrecisionAt(k, area, t) + r]);
                }
            }
        }

        return Mean.Of(values.ToArray());
    }

    private double Recall(int area, int? limit, int[] categories)
    {
        if (area < 0 || limit < 0)
        {
            return -1;
        }

        var values = new List<double>();
        for (var t = 0; t < Matches.Options.IouThresholds.Count; t++)
        {
            foreach (var k in categories)
            {
                AddKnown(values, _curves.Recall[_curves.RecallAt(k, area, limit ?? Matches.Options.MaxDetections.Count - 1, t)]);
            }
        }

        return Mean.Of(values.ToArray());
    }

    private static void AddKnown(List<double> values, double value)
    {
        if (value > -1)
        {
            values.Add(value);
        }
    }

    private CocoCategoryScore Score(CocoCategory category, int position)
    {
        var matches = Matches.Matches[position];
        return new CocoCategoryScore(
            category,
            matches.Positives[0],
            matches.Score.Length,
            Average(0, null, [position]),
            Average(0, 0, [position]),
            Recall(0, null, [position]));
    }

    private CocoSummary Summarize()
    {
        var options = Matches.Options;
        var areas = options.Areas.Select(a => a.Name).ToList();
        var (small, medium, large) = (areas.IndexOf("small"), areas.IndexOf("medium"), areas.IndexOf("large"));
        var thresholds = options.IouThresholds.ToList();
        var limits = options.MaxDetections.ToList();
        return new CocoSummary(
            AveragePrecision(),
            AveragePrecision(0, thresholds.IndexOf(0.5)),
            AveragePrecision(0, thresholds.IndexOf(0.75)),
            AveragePrecision(small),
            AveragePrecision(medium),
            AveragePrecision(large),
            AverageRecall(0, limits.IndexOf(1)),
            AverageRecall(0, limits.IndexOf(10)),
            AverageRecall(0, limits.IndexOf(100)),
            AverageRecall(small),
            AverageRecall(medium),
            AverageRecall(large));
    }
}
