using System.Numerics;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>
/// Bicubic scaling with antialiasing, along x first and then along y, rounded to 8 bits after each, as Pillow does it.
/// </summary>
internal static class AntialiasedResizer
{
    private const int Half = 1 << (AntialiasedAxis.Bits - 1);

    /// <summary>Scales an image; the result has the same format.</summary>
    public static PixelBuffer Run(PixelView source, int width, int height)
    {
        var (across, down) = (new AntialiasedAxis(source.Width, width), new AntialiasedAxis(source.Height, height));
        var rows = new PixelBuffer(width, source.Height, source.Format);
        for (var y = 0; y < source.Height; y++)
        {
            ScaleRow(source.Row(y), rows.Row(y), across, source.Format.BytesPerPixel());
        }

        var resized = new PixelBuffer(width, height, source.Format);
        var sums = new int[rows.Row(0).Length];
        for (var y = 0; y < height; y++)
        {
            Array.Fill(sums, Half);
            for (var t = 0; t < down.Weights[y].Length; t++)
            {
                Add(rows.Row(down.First[y] + t), down.Weights[y][t], sums);
            }

            var target = resized.Row(y);
            for (var x = 0; x < sums.Length; x++)
            {
                target[x] = Round(sums[x]);
            }
        }

        return resized;
    }

    private static void ScaleRow(ReadOnlySpan<byte> row, Span<byte> target, AntialiasedAxis axis, int pixelBytes)
    {
        for (var x = 0; x < axis.First.Length; x++)
        {
            var weights = axis.Weights[x];
            var taps = row.Slice(axis.First[x] * pixelBytes, weights.Length * pixelBytes);
            for (var c = 0; c < pixelBytes; c++)
            {
                var sum = Half;
                for (var t = 0; t < weights.Length; t++)
                {
                    sum += taps[(t * pixelBytes) + c] * weights[t];
                }

                target[(x * pixelBytes) + c] = Round(sum);
            }
        }
    }

    private static void Add(ReadOnlySpan<byte> row, int weight, Span<int> sums)
    {
        var x = 0;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out var low, out var high);
            Vector.Widen(low, out var v0, out var v1);
            Vector.Widen(high, out var v2, out var v3);
            var to = MemoryMarshal.Cast<int, Vector<int>>(sums[x..]);
            to[0] += Vector.AsVectorInt32(v0) * weight;
            to[1] += Vector.AsVectorInt32(v1) * weight;
            to[2] += Vector.AsVectorInt32(v2) * weight;
            to[3] += Vector.AsVectorInt32(v3) * weight;
        }

        for (; x < row.Length; x++)
        {
            sums[x] += row[x] * weight;
        }
    }

    private static byte Round(int sum) => (byte)Math.Clamp(sum >> AntialiasedAxis.Bits, 0, 255);
}
