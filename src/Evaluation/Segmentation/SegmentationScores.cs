namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>What a class counts as that occurs neither in ground truth nor in predictions.</summary>
public enum AbsentClass
{
    /// <summary>An IoU of 1 and a Dice of 0, as PaddleSeg's develop branch counts (October 2024, d7975e7).</summary>
    AsPaddleSeg,

    /// <summary>Left out of the means (NaN).</summary>
    Skipped,

    /// <summary>An IoU and a Dice of 0, as releases of PaddleSeg before that counted.</summary>
    AsZero,
}

/// <summary>
/// PaddleSeg's measures (<c>paddleseg/utils/metrics.py</c>), from areas summed over all pairs; pixels whose truth is ignored
/// do not count.
/// </summary>
public sealed record SegmentationScores
{
    /// <summary>Mean of <see cref="ClassIou"/>.</summary>
    public required double MeanIou { get; init; }

    /// <summary>Correct pixels over predicted ones; a valid pixel predicted as ignored lies in no predicted area.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Cohen's kappa.</summary>
    public required double Kappa { get; init; }

    /// <summary>Mean of <see cref="ClassDice"/>.</summary>
    public required double MeanDice { get; init; }

    /// <summary>Intersection over union by class.</summary>
    public required IReadOnlyList<double> ClassIou { get; init; }

    /// <summary>Dice coefficient by class.</summary>
    public required IReadOnlyList<double> ClassDice { get; init; }

    /// <summary>Intersection over predicted area by class, 0 where nothing was predicted.</summary>
    public required IReadOnlyList<double> ClassPrecision { get; init; }

    /// <summary>Intersection over true area by class, 0 where there is none.</summary>
    public required IReadOnlyList<double> ClassRecall { get; init; }

    /// <summary>Pixels whose truth is a class.</summary>
    public required long Pixels { get; init; }

    /// <summary>Pixels that do not count because of their truth: the ignored id, or the ignored class.</summary>
    public required long IgnoredPixels { get; init; }

    /// <summary>Pixels by true class; 0 for an ignored class.</summary>
    public required IReadOnlyList<long> ClassTruth { get; init; }

    /// <summary>Pixels by predicted class, among those that count.</summary>
    public required IReadOnlyList<long> ClassPredicted { get; init; }

    /// <summary>Computes the measures.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="absent">What a class counts as that occurs nowhere.</param>
    /// <param name="ignoredClass">
    /// A class whose true pixels do not count, though it is one of the classes. It has no scores of its own (NaN) and is in no
    /// mean; predicting it where something else is true is a miss.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ignoredClass"/> is not a class of the matrix.</exception>
    public static SegmentationScores Of(
        ConfusionMatrix matrix, AbsentClass absent = AbsentClass.AsPaddleSeg, int? ignoredClass = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (ignoredClass is { } id)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ignoredClass));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, matrix.Classes, nameof(ignoredClass));
        }

        var classes = Enumerable.Range(0, matrix.Classes).ToArray();
        var rows = classes.Where(t => t != ignoredClass).ToArray();
        long RowSum(int t) => Enumerable.Range(0, matrix.Side).Sum(p => matrix[t, p]);
        var truth = classes.Select(t => t == ignoredClass ? 0 : RowSum(t)).ToArray();
        var predicted = classes.Select(p => rows.Sum(t => matrix[t, p])).ToArray();
        var intersections = classes.Select(c => c == ignoredClass ? 0 : matrix[c, c]).ToArray();
        double pixels = truth.Sum();
        var agreement = intersections.Sum() / pixels;
        var chance = classes.Sum(c => (double)predicted[c] * truth[c]) / (pixels * pixels);
        var (emptyIou, emptyDice) = absent switch
        {
            AbsentClass.AsPaddleSeg => (1, 0),
            AbsentClass.AsZero => (0, 0),
            _ => (double.NaN, double.NaN),
        };
        double Score(int c, long part, long whole, double otherwise) =>
            c == ignoredClass ? double.NaN : Ratio(part, whole, otherwise);
        var union = classes.Select(c => predicted[c] + truth[c] - intersections[c]).ToArray();
        var iou = classes.Select(c => Score(c, intersections[c], union[c], emptyIou)).ToArray();
        var dice = classes.Select(c => Score(c, 2 * intersections[c], predicted[c] + truth[c], emptyDice)).ToArray();
        return new SegmentationScores
        {
            MeanIou = Mean(iou),
            Accuracy = intersections.Sum() / (double)predicted.Sum(),
            Kappa = (agreement - chance) / (1 - chance),
            MeanDice = Mean(dice),
            ClassIou = iou,
            ClassDice = dice,
            ClassPrecision = [.. classes.Select(c => Score(c, intersections[c], predicted[c], 0))],
            ClassRecall = [.. classes.Select(c => Score(c, intersections[c], truth[c], 0))],
            Pixels = truth.Sum(),
            IgnoredPixels = matrix.Total - truth.Sum(),
            ClassTruth = truth,
            ClassPredicted = predicted,
        };
    }

    /// <summary>Mean of the values that are numbers; NaN where none is.</summary>
    internal static double Mean(IEnumerable<double> values) =>
        values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();

    private static double Ratio(long part, long whole, double otherwise) => whole == 0 ? otherwise : (double)part / whole;
}
