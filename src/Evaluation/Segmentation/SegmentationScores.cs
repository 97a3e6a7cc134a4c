namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>What a class counts as that occurs neither in ground truth nor in predictions.</summary>
public enum AbsentClass
{
    /// <summary>An IoU of 1 and a Dice of 0, as PaddleSeg counts.</summary>
    AsPaddleSeg,

    /// <summary>Left out of the means (NaN).</summary>
    Skipped,
}

/// <summary>PaddleSeg's measures (<c>paddleseg/utils/metrics.py</c>), from areas summed over all pairs; pixels whose truth is ignored do not count.</summary>
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

    /// <summary>Computes the measures.</summary>
    public static SegmentationScores Of(ConfusionMatrix matrix, AbsentClass absent = AbsentClass.AsPaddleSeg)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var classes = Enumerable.Range(0, matrix.Classes).ToArray();
        var intersections = classes.Select(c => matrix[c, c]).ToArray();
        var predicted = classes.Select(p => classes.Sum(t => matrix[t, p])).ToArray();
        var truth = classes.Select(t => Enumerable.Range(0, matrix.Side).Sum(p => matrix[t, p])).ToArray();
        double pixels = truth.Sum();
        var agreement = intersections.Sum() / pixels;
        var chance = classes.Sum(c => (double)predicted[c] * truth[c]) / (pixels * pixels);
        var empty = absent == AbsentClass.AsPaddleSeg;
        var iou = classes.Select(c => Ratio(intersections[c], predicted[c] + truth[c] - intersections[c], empty ? 1 : double.NaN)).ToArray();
        var dice = classes.Select(c => Ratio(2 * intersections[c], predicted[c] + truth[c], empty ? 0 : double.NaN)).ToArray();
        return new SegmentationScores
        {
            MeanIou = Mean(iou),
            Accuracy = intersections.Sum() / (double)predicted.Sum(),
            Kappa = (agreement - chance) / (1 - chance),
            MeanDice = Mean(dice),
            ClassIou = iou,
            ClassDice = dice,
            ClassPrecision = [.. classes.Select(c => Ratio(intersections[c], predicted[c], 0))],
            ClassRecall = [.. classes.Select(c => Ratio(intersections[c], truth[c], 0))],
            Pixels = truth.Sum(),
        };
    }

    /// <summary>Mean of the values that are numbers; NaN where none is.</summary>
    internal static double Mean(IEnumerable<double> values) =>
        values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();

    private static double Ratio(long part, long whole, double otherwise) => whole == 0 ? otherwise : (double)part / whole;
}
