using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>
/// Where the taps of one axis lie and what they weigh, as OpenCV computes it for 8-bit pixels: half-pixel centers, weights
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
    /// <param name="clampsCentre">Whether a linear position beyond the first or last pixel takes that pixel alone (columns)
    /// instead of repeating it (rows).</param>
    /// <param name="first">Receives the pixel of each position's first tap; it and the following ones may lie outside.</param>
    /// <param name="weights">Receives <paramref name="taps"/> weights a position.</param>
    public static void Fill(int source, int resized, int start, int taps, bool clampsCentre, Span<int> first, Span<short> weights)
    {
        var scale = 1.0 / ((double)resized / source);
        var done = taps == 2 ? LinearVector(source, scale, start, clampsCentre, first, weights) : 0;
        for (var i = done; i < first.Length; i++)
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

    /// <summary>The linear tables eight positions at a time, by the same operations in the same order.</summary>
    /// <returns>How many positions are done.</returns>
    private static int LinearVector(int source, double scale, int start, bool clampsCentre, Span<int> first, Span<short> weights)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return 0;
        }

        var pairs = MemoryMarshal.Cast<short, int>(weights);
        var low = Vector256.Create(0.0, 1, 2, 3) + Vector256.Create(start + 0.5);
        var i = 0;
        for (; i <= first.Length - 8; i += 8)
        {
            var from = low + Vector256.Create((double)i);
            var centre = Vector256.Narrow((from * scale) - Vector256.Create(0.5), ((from + Vector256.Create(4.0)) * scale) - Vector256.Create(0.5));
            var floor = Vector256.Floor(centre);
            var fraction = centre - floor;
            var pixel = Vector256.ConvertToInt32(floor);
            if (clampsCentre)
            {
                var last = Vector256.Create(source - 1);
                var outside = Vector256.LessThan(pixel, Vector256<int>.Zero) | Vector256.GreaterThanOrEqual(pixel, last);
                pixel = Vector256.Max(Vector256.Min(pixel, last), Vector256<int>.Zero);
                fraction = Vector256.AndNot(fraction, outside.AsSingle());
            }

            var one = Vector256.Create((float)One);
            var left = Vector256.ConvertToInt32(Vector256.Round((Vector256<float>.One - fraction) * one));
            var right = Vector256.ConvertToInt32(Vector256.Round(fraction * one));
            pixel.CopyTo(first[i..]);
            (left | (right << 16)).CopyTo(pairs[i..]);
        }

        return i;
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
