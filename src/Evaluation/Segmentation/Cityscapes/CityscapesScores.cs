using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>
/// Scores of the official evaluation, by the names of its result file. NaN where a label is ignored or occurs nowhere.
/// </summary>
public sealed record CityscapesScores
{
    /// <summary>IoU of every label, in the order of the label ids.</summary>
    public required IReadOnlyDictionary<string, double> ClassScores { get; init; }

    /// <summary>iIoU of every label; NaN but for the eight with instances.</summary>
    public required IReadOnlyDictionary<string, double> ClassInstScores { get; init; }

    /// <summary>IoU of every category.</summary>
    public required IReadOnlyDictionary<string, double> CategoryScores { get; init; }

    /// <summary>iIoU of every category; NaN but for human and vehicle.</summary>
    public required IReadOnlyDictionary<string, double> CategoryInstScores { get; init; }

    /// <summary>Share of every label in the pixels of the ground truth.</summary>
    public required IReadOnlyDictionary<string, double> Priors { get; init; }

    /// <summary>
    /// Sums behind <see cref="ClassInstScores"/> and <see cref="CategoryInstScores"/>, by label or category; empty without
    /// instances.
    /// </summary>
    internal IReadOnlyDictionary<string, InstanceSums> InstanceStats { get; init; } = new Dictionary<string, InstanceSums>();

    /// <summary>Mean of the class scores that are numbers.</summary>
    public double AverageScoreClasses => SegmentationScores.Mean(ClassScores.Values);

    /// <summary>Mean of the class iIoUs that are numbers.</summary>
    public double AverageScoreInstClasses => SegmentationScores.Mean(ClassInstScores.Values);

    /// <summary>Mean of the category scores that are numbers.</summary>
    public double AverageScoreCategories => SegmentationScores.Mean(CategoryScores.Values);

    /// <summary>Mean of the category iIoUs that are numbers.</summary>
    public double AverageScoreInstCategories => SegmentationScores.Mean(CategoryInstScores.Values);

    internal static CityscapesScores Of(CityscapesEvaluator evaluator)
    {
        var m = evaluator.Confusion;
        var labels = CityscapesLabels.All;
        var evaluated = CityscapesLabels.Evaluated.Select(l => l.Id).ToArray();
        var stats = evaluator.HasInstances ? StatsOf(evaluator.Instances) : [];
        return new CityscapesScores
        {
            ClassScores = labels.ToDictionary(l => l.Name, l => l.IsIgnored ? double.NaN : ClassIou(m, evaluated, l)),
            ClassInstScores = labels.ToDictionary(
                l => l.Name,
                l => !l.IsIgnored && stats.TryGetValue(l.Name, out var s) ? InstIou(s, Sum(m, evaluated.Where(i => i != l.Id), [l.Id])) : double.NaN),
            CategoryScores = CityscapesLabels.Categories.ToDictionary(c => c, c => CategoryIou(m, evaluated, c)),
            CategoryInstScores = CityscapesLabels.Categories.ToDictionary(
                c => c,
                c => stats.TryGetValue(c, out var s) ? InstIou(s, Sum(m, evaluated.Where(i => labels[i].Category != c), IdsOf(c))) : double.NaN),
            Priors = labels.ToDictionary(l => l.Name, l => RowSum(m, l.Id) / (double)m.Total),
            InstanceStats = stats,
        };
    }

    private static double ClassIou(ConfusionMatrix m, int[] evaluated, CityscapesLabel label)
    {
        var tp = m[label.Id, label.Id];
        var fn = RowSum(m, label.Id) - tp; // every column: an ignored label as answer is a miss
        var fp = Sum(m, evaluated.Where(i => i != label.Id), [label.Id]); // but ignored truth is no false alarm
        return Ratio(tp, tp + fp + fn);
    }

    private static double CategoryIou(ConfusionMatrix m, int[] evaluated, string category)
    {
        var own = evaluated.Where(i => CityscapesLabels.All[i].Category == category).ToArray();
        if (own.Length == 0)
        {
            return double.NaN;
        }

        var tp = Sum(m, own, own);
        var fn = own.Sum(i => RowSum(m, i)) - tp;
        var fp = Sum(m, evaluated.Except(own), own);
        return Ratio(tp, tp + fp + fn);
    }

    private static double InstIou(InstanceSums stats, long falsePositives)
    {
        var whole = stats.WeightedTruePositives + falsePositives + stats.WeightedFalseNegatives;
        return whole == 0 ? double.NaN : stats.WeightedTruePositives / whole;
    }

    /// <summary>Sums of the labels with instances, and of the categories in which every label has them.</summary>
    private static Dictionary<string, InstanceSums> StatsOf(InstanceTally tally)
    {
        var stats = CityscapesLabels.Evaluated.Where(l => l.HasInstances)
            .ToDictionary(l => l.Name, l => tally.Sum([l.Id], byCategory: false));
        foreach (var category in CityscapesLabels.Categories)
        {
            if (CityscapesLabels.All.Where(l => l.Category == category).All(l => l.HasInstances))
            {
                stats[category] = tally.Sum(IdsOf(category), byCategory: true);
            }
        }

        return stats;
    }

    private static int[] IdsOf(string category) => [.. CityscapesLabels.All.Where(l => l.Category == category).Select(l => l.Id)];

    private static long RowSum(ConfusionMatrix m, int row) => Enumerable.Range(0, m.Classes).Sum(column => m[row, column]);

    private static long Sum(ConfusionMatrix m, IEnumerable<int> rows, int[] columns) => rows.Sum(r => columns.Sum(c => m[r, c]));

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;
}
