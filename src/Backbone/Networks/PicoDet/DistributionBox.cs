using System.Runtime.Intrinsics;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>
/// Boxes as distributions (Generalized Focal Loss, arXiv 2006.04388): each side is the expectation of a softmax over
/// 8 distances of 0 to 7 strides from the middle of the cell.
/// </summary>
internal static class DistributionBox
{
    /// <summary>Distances per side.</summary>
    public const int Bins = 8;

    /// <summary>Logits of one box: left, top, right, bottom, <see cref="Bins"/> each.</summary>
    public const int Logits = 4 * Bins;

    private static readonly Vector256<float> _distances = Vector256.Create(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f);

    /// <summary>Decodes one box to input pixels, not clipped.</summary>
    /// <param name="logits"><see cref="Logits"/> values.</param>
    /// <param name="x">Column of the cell.</param>
    /// <param name="y">Row of the cell.</param>
    /// <param name="stride">Input pixels per cell.</param>
    public static Box Decode(ReadOnlySpan<float> logits, int x, int y, int stride)
    {
        var centerX = x + 0.5f;
        var centerY = y + 0.5f;
        return new Box(
            (centerX - Expectation(logits)) * stride,
            (centerY - Expectation(logits[Bins..])) * stride,
            (centerX + Expectation(logits[(2 * Bins)..])) * stride,
            (centerY + Expectation(logits[(3 * Bins)..])) * stride);
    }

    /// <summary>Expected distance in strides, 0 to 7; NaN where a logit is NaN.</summary>
    public static float Expectation(ReadOnlySpan<float> bins)
    {
        var logits = Vector256.Create(bins[..Bins]);

        // Max of halves, then of pairs, then of neighbors: every lane ends up with the largest of all eight.
        var max = Vector256.Max(logits, Vector256.Shuffle(logits, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)));
        max = Vector256.Max(max, Vector256.Shuffle(max, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        max = Vector256.Max(max, Vector256.Shuffle(max, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
        var weights = Vector256.Exp(logits - max);
        return Vector256.Sum(weights * _distances) / Vector256.Sum(weights);
    }
}
