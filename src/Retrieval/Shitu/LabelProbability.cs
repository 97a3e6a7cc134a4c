using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>
/// How likely the best label is the right one, for a thing that the gallery has: a logistic curve over how far the best item of
/// any other label is
/// behind, learned by leaving out each item of the gallery in turn. Whether the thing is in the gallery at all is the threshold's
/// question.
/// </summary>
/// <param name="Slope">Steepness over the lead, zero or above.</param>
/// <param name="Offset">Log odds without any lead.</param>
/// <param name="Metric">The metric of the scores.</param>
public sealed record LabelProbability(double Slope, double Offset, VectorMetric Metric)
{
    /// <summary>Fewer outcomes than these tell nothing.</summary>
    internal const int LeastOutcomes = 20;

    private const double Softening = 0.01; // keeps a perfect match from an infinite lead
    private const double Ridge = 0.01;
    private const int Steps = 50;

    /// <summary>The probability, 0 to 1.</summary>
    /// <param name="score">Score of the label's best item.</param>
    /// <param name="other">Score of the best item of any other label; negative infinity where there is none.</param>
    public double Of(float score, float other) =>
        float.IsNegativeInfinity(other) ? 1 : 1 / (1 + Math.Exp(-((Slope * Lead(score, other, Metric)) + Offset)));

    /// <summary>Learns the curve.</summary>
    /// <param name="outcomes">The two scores, and whether the label was right.</param>
    /// <param name="metric">The metric of the scores.</param>
    /// <returns>Null for fewer than twenty outcomes.</returns>
    internal static LabelProbability? Fit(IReadOnlyCollection<(float Score, float Other, bool IsRight)> outcomes, VectorMetric metric)
    {
        if (outcomes.Count < LeastOutcomes)
        {
            return null;
        }

        // Platt's targets: outcomes that are all alike must not make certain. Newton's method; the ridge keeps it finite where a
        // lead tells all.
        var right = outcomes.Count(o => o.IsRight);
        var (yes, no) = ((right + 1.0) / (right + 2.0), 1.0 / (outcomes.Count - right + 2.0));
        (double Lead, double Target)[] points = [.. outcomes.Select(o => (Lead(o.Score, o.Other, metric), o.IsRight ? yes : no))];
        double slope = 0, offset = 0;
        for (var step = 0; step < Steps; step++)
        {
            double g0 = Ridge * slope, g1 = Ridge * offset, h00 = Ridge, h01 = 0, h11 = Ridge;
            foreach (var (lead, target) in points)
            {
                var p = 1 / (1 + Math.Exp(-((slope * lead) + offset)));
                var weight = Math.Max(p * (1 - p), 1e-9);
                g0 += (p - target) * lead;
                g1 += p - target;
                h00 += weight * lead * lead;
                h01 += weight * lead;
                h11 += weight;
            }

            var determinant = (h00 * h11) - (h01 * h01);
            slope -= ((h11 * g0) - (h01 * g1)) / determinant;
            offset -= ((h00 * g1) - (h01 * g0)) / determinant;
        }

        // A lead that speaks against the label is noise of a small gallery: then only the share of right answers counts.
        return slope >= 0 && double.IsFinite(slope + offset)
            ? new LabelProbability(slope, offset, metric)
            : new LabelProbability(0, Math.Log((right + 1.0) / (outcomes.Count - right + 1.0)), metric);
    }

    // Cosine and L2 scores end at 1, and what counts there is how many times as far the other one is; inner products have no end.
    private static double Lead(float score, float other, VectorMetric metric) => metric == VectorMetric.InnerProduct
        ? score - (double)other
        : Math.Log((Math.Max(0, 1 - (double)other) + Softening) / (Math.Max(0, 1 - (double)score) + Softening));
}
