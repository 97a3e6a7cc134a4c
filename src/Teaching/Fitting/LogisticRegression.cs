using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>
/// L2-regularized logistic regression: multinomial, or one sigmoid a label. Deterministic on one machine.
/// </summary>
internal static class LogisticRegression
{
    /// <summary>For a result that is kept.</summary>
    public static readonly LbfgsLimits Tight = new(300, 1e-5, 1e-7);

    /// <summary>For comparing strengths.</summary>
    public static readonly LbfgsLimits Loose = new(60, 1e-4, 1e-4);

    /// <summary>Fits one strength after the other, each from the result of the one before: strong ones first are fast.</summary>
    /// <param name="products">The matrix products.</param>
    /// <param name="features">The rows.</param>
    /// <param name="targets">The labels of the rows.</param>
    /// <param name="sampleWeights">The weights of the rows.</param>
    /// <param name="strengths">Factors of half the squared weights, against a mean loss.</param>
    /// <param name="limits">When each fit ends.</param>
    /// <param name="cancellationToken">Ends the fits.</param>
    /// <returns>A layer for each strength, taken lazily.</returns>
    public static IEnumerable<LinearLayer> Path(
        MatrixProducts products, FeatureMatrix features, Targets targets, float[] sampleWeights,
        IEnumerable<double> strengths, LbfgsLimits limits, CancellationToken cancellationToken)
    {
        var loss = new LinearLoss(products, features, targets, sampleWeights);
        var point = new double[loss.Parameters];
        foreach (var strength in strengths)
        {
            loss.Strength = strength;
            _ = Lbfgs.Minimize(loss.Evaluate, point, limits, cancellationToken);
            yield return new LinearLayer(
                Array.ConvertAll(point[..^targets.Classes], v => (float)v), Array.ConvertAll(point[^targets.Classes..], v => (float)v));
        }
    }

    /// <summary>Fits one strength to the end.</summary>
    /// <inheritdoc cref="Path"/>
    public static LinearLayer Fit(
        MatrixProducts products, FeatureMatrix features, Targets targets, float[] sampleWeights, double strength, CancellationToken cancellationToken) =>
        Path(products, features, targets, sampleWeights, [strength], Tight, cancellationToken).Single();
}
