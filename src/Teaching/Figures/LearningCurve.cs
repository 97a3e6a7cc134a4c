using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>Measures heads that learned from fewer images.</summary>
internal sealed record LearningCurve(IReadOnlyList<CurvePoint> Points, IReadOnlyList<LabelGain> Gains)
{
    private static readonly int[] _sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    /// <summary>
    /// Top-1 with 1, 2, 5, 10, ... images a label and with all, and the labels by how much half of their images lacked.
    /// </summary>
    /// <param name="products">The matrix products.</param>
    /// <param name="split">The images.</param>
    /// <param name="labels">Their labels by number.</param>
    /// <param name="strength">The strength of regularization of all fits.</param>
    /// <param name="scores">The probabilities of the finished head.</param>
    /// <param name="options">Seed, and whether to measure at all.</param>
    /// <param name="progress">Told after each fit.</param>
    /// <param name="cancellationToken">Ends the fits.</param>
    public static LearningCurve Measure(
        MatrixProducts products, TeachingSplit split, IReadOnlyList<string> labels, double strength, FeatureMatrix scores,
        HeadTrainerOptions options, IProgress<TeachingProgress>? progress, CancellationToken cancellationToken)
    {
        if (!options.LearningCurve)
        {
            return new LearningCurve([], []);
        }

        var groups = Folds.Shuffled(split.Training.Targets, options.Seed);
        var largest = groups.Max(g => g.Length);
        var sizes = _sizes.Where(s => s < largest).ToList();
        var points = new List<CurvePoint>();
        foreach (var (size, i) in sizes.Select((size, i) => (size, i)))
        {
            int[] images = [.. groups.SelectMany(g => g.Take(size)).Order()];
            points.Add(new CurvePoint(size, images.Length, ReportBuilder.Top1(Scores(products, split, images, strength, cancellationToken), split.Validation.Targets)));
            progress?.Report(new TeachingProgress("curve", i + 1, sizes.Count + 1));
        }

        points.Add(new CurvePoint(largest, split.TrainingPhotos.Count, ReportBuilder.Top1(scores, split.Validation.Targets)));
        int[] half = [.. groups.SelectMany(g => g.Take((g.Length + 1) / 2)).Order()];
        var before = Recalls(Scores(products, split, half, strength, cancellationToken), split.Validation.Targets);
        var after = Recalls(scores, split.Validation.Targets);
        progress?.Report(new TeachingProgress("curve", sizes.Count + 1, sizes.Count + 1));
        return new LearningCurve(points, [.. Enumerable.Range(0, after.Length)
            .Where(l => after[l] > before[l])
            .OrderByDescending(l => after[l] - before[l]).ThenBy(l => l)
            .Select(l => new LabelGain(labels[l], before[l], after[l]))]);
    }

    private static FeatureMatrix Scores(
        MatrixProducts products, TeachingSplit split, int[] images, double strength, CancellationToken cancellationToken)
    {
        var rows = split.Training.Take(images);
        var repeated = rows.Targets.Repeat(rows.Views);
        var layer = LogisticRegression.Path(
            products, rows.Features, repeated, repeated.BalancedWeights(), [strength], LogisticRegression.Loose, cancellationToken).Single();
        return Probabilities.Of(layer.Logits(products, split.ValidationWhole), rows.Targets.IsMultiLabel);
    }

    /// <summary>The share of each label's images in which it is found; NaN of no images, which no comparison takes.</summary>
    private static double[] Recalls(FeatureMatrix scores, Targets targets)
    {
        double[] hits = new double[targets.Classes], all = new double[targets.Classes];
        for (var i = 0; i < targets.Count; i++)
        {
            var answers = Probabilities.Answers(scores[i], targets.IsMultiLabel);
            foreach (var label in targets.Labels[i])
            {
                all[label]++;
                hits[label] += answers.Contains(label) ? 1 : 0;
            }
        }

        return [.. hits.Zip(all, (h, a) => h / a)];
    }
}
