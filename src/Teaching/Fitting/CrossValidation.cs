using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>What heads say about images that they did not learn from, and the strength of regularization that did best.</summary>
/// <param name="Strength">The strength with the least cross entropy after calibration.</param>
/// <param name="Temperature">Calibrates the logits of that strength.</param>
/// <param name="Judged">The images that have others of their label; the rest says nothing about a head.</param>
/// <param name="Logits">Their logits by heads that did not learn from them.</param>
/// <param name="Distances">Their distances to the nearest mean of labels in which they did not count.</param>
internal sealed record CrossValidation(
    double Strength, double Temperature, IReadOnlyList<int> Judged, FeatureMatrix Logits, IReadOnlyList<float> Distances)
{
    /// <summary>Fits every strength on all folds but one, for each fold.</summary>
    /// <param name="products">The matrix products.</param>
    /// <param name="rows">The training images.</param>
    /// <param name="strengths">The strengths to compare, strongest first.</param>
    /// <param name="folds">At most so many folds.</param>
    /// <param name="seed">Decides which image is in which fold.</param>
    /// <param name="progress">Told after each fold how many are done, of how many.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static CrossValidation Run(
        MatrixProducts products, TrainingRows rows, IReadOnlyList<double> strengths, int folds, int seed,
        Action<int, int> progress, CancellationToken cancellationToken)
    {
        var (targets, classes) = (rows.Targets, rows.Targets.Classes);
        var counts = targets.Counts();
        folds = Math.Clamp(Math.Min(folds, counts.Max()), 2, Math.Max(2, targets.Count));
        var fold = Folds.Assign(targets, folds, seed);
        var logits = strengths.Select(_ => new FeatureMatrix(classes, new float[targets.Count * classes])).ToArray();
        var distances = new float[targets.Count];
        for (var f = 0; f < folds; f++)
        {
            int[] held = [.. Enumerable.Range(0, targets.Count).Where(i => fold[i] == f)];
            var learned = rows.Take([.. Enumerable.Range(0, targets.Count).Where(i => fold[i] != f)]);
            var whole = rows.Whole(held);
            var repeated = learned.Targets.Repeat(learned.Views);
            var layers = LogisticRegression.Path(
                products, learned.Features, repeated, repeated.BalancedWeights(), strengths, LogisticRegression.Loose, cancellationToken);
            foreach (var (layer, s) in layers.Select((layer, s) => (layer, s)))
            {
                Spread(layer.Logits(products, whole), held, logits[s]);
            }

            var means = ClassMeans.Of(learned.Whole([.. Enumerable.Range(0, learned.Targets.Count)]), learned.Targets);
            var found = ClassMeans.Distances(products, whole, means);
            for (var i = 0; i < held.Length; i++)
            {
                distances[held[i]] = found[i];
            }

            progress(f + 1, folds);
        }

        int[] judged = [.. Enumerable.Range(0, targets.Count).Where(i => targets.Labels[i].All(l => counts[l] > 1))];
        var known = targets.Take(judged);
        var best = logits.Select((l, s) => (Logits: l.Take(judged), Strength: strengths[s]))
            .Select(l => (l.Logits, l.Strength, Fit: Teaching.Fitting.Temperature.Fit(l.Logits, known)))
            .MinBy(l => l.Fit.Loss);
        return new CrossValidation(best.Strength, best.Fit.Temperature, judged, best.Logits, [.. judged.Select(i => distances[i])]);
    }

    private static void Spread(FeatureMatrix from, int[] rows, FeatureMatrix to)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            from[i].CopyTo(to[rows[i]]);
        }
    }
}
