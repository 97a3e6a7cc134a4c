using System.Numerics.Tensors;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation.Passes;

/// <summary>
/// Sums of logits over flips and scales (PaddleSeg's <c>aug_inference</c>: raw logits are averaged, not probabilities).
/// </summary>
internal static class Averaging
{
    /// <summary>Adds planes to planes of the same size, mirrored where asked.</summary>
    /// <param name="values">[planes, height, width].</param>
    /// <param name="width">Columns of a row.</param>
    /// <param name="mirrored">Whether the columns run backwards.</param>
    /// <param name="sum">As many values.</param>
    public static void Add(ReadOnlySpan<float> values, int width, bool mirrored, Span<float> sum)
    {
        if (!mirrored)
        {
            TensorPrimitives.Add(values, sum, sum);
            return;
        }

        for (var start = 0; start < values.Length; start += width)
        {
            var from = values.Slice(start, width);
            var to = sum.Slice(start, width);
            for (var x = 0; x < width; x++)
            {
                to[x] += from[width - 1 - x];
            }
        }
    }

    /// <summary>Reverses the columns of every row.</summary>
    public static void Mirror(Span<float> values, int width)
    {
        for (var start = 0; start < values.Length; start += width)
        {
            values.Slice(start, width).Reverse();
        }
    }

    /// <summary>Resizes planes bilinearly (half-pixel centers).</summary>
    /// <param name="values">[planes, height, width].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="decoder">From that size to the target's.</param>
    /// <param name="target">[planes, target height, target width].</param>
    public static void Resize(ReadOnlySpan<float> values, int height, int width, LogitsDecoder decoder, Span<float> target)
    {
        var (plane, size) = (height * width, decoder.Width * decoder.Height);
        var copy = new float[size];
        for (var c = 0; c < values.Length / plane; c++)
        {
            decoder.ForEachRow(
                new LogitsGrid(values.Slice(c * plane, plane), 1, height, width, 1),
                (y, row) => row.CopyTo(copy.AsSpan(y * row.Length)));
            copy.CopyTo(target.Slice(c * size, size));
        }
    }
}
