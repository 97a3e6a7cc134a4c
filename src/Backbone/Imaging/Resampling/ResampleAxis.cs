namespace PPLCNet.Vision.Backbone.Imaging.Resampling;

/// <summary>
/// Where the taps of one axis lie and what they weigh, as OpenCV computes it for 8-bit pixels: half-pixel centres, weights
/// in 1/2048, positions in single precision.
/// </summary>
internal static class ResampleAxis
{
    /// <summary>What the weights of one position add up to.</summary>
    public const int One = 2048;

    private const float A = -0.75f;

    /// <summary>Fills the tables of positions <paramref name="start"/>, start + 1, ... of the scaled axis.</summary>
    /// <param name="source">Pixels of the source.</param>
    /// <param name="resized">Pixels that they are scaled to.</param>
    /// <param name="start">First position wanted.</param>
    /// <param name="taps">2 (linear) or 4 (cubic).</param>
    /// <param name="clampsCentre">Whether a linear position beyond the first or last pixel takes that pixel alone (columns) instead of repeating it (rows).</param>
    /// <param name="first">Receives the pixel of each position's first tap; it and the following ones may lie outside.</param>
    /// <param name="weights">Receives <paramref name="taps"/> weights a position.</param>
    public static void Fill(int source, int resized, int start, int taps, bool clampsCentre, Span<int> first, Span<short> weights)
    {
        var scale = 1.0 / ((double)resized / source);
        for (var i = 0; i < first.Length; i++)
        {
            var centre = (float)(((start + i + 0.5) * scale) - 0.5);
            var pixel = (int)MathF.Floor(centre);
            var fraction = centre - pixel;
            if (taps == 4)
            {
                first[i] = pixel - 1;
                Cubic(fraction, weights.Slice(4 * i, 4));
                continue;
            }

            if (clampsCentre && (pixel < 0 || pixel >= source - 1))
            {
                (pixel, fraction) = (Math.Clamp(pixel, 0, source - 1), 0);
            }

            first[i] = pixel;
            weights[2 * i] = Fixed(1 - fraction);
            weights[(2 * i) + 1] = Fixed(fraction);
        }
    }

    private static void Cubic(float x, Span<short> weights)
    {
        var c0 = (((((A * (x + 1)) - (5 * A)) * (x + 1)) + (8 * A)) * (x + 1)) - (4 * A);
        var c1 = ((((A + 2) * x) - (A + 3)) * x * x) + 1;
        var c2 = ((((A + 2) * (1 - x)) - (A + 3)) * (1 - x) * (1 - x)) + 1;
        weights[0] = Fixed(c0);
        weights[1] = Fixed(c1);
        weights[2] = Fixed(c2);
        weights[3] = Fixed(1 - c0 - c1 - c2);
    }

    private static short Fixed(float weight) => (short)MathF.Round(weight * One);
}
