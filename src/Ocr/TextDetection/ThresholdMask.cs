using System.Runtime.Intrinsics;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>Probabilities to a mask of 0 and 255, eight at a time.</summary>
internal static class ThresholdMask
{
    /// <summary>Writes 255 where a value is above <paramref name="threshold"/>, else 0.</summary>
    public static void Run(ReadOnlySpan<float> values, float threshold, Span<byte> mask)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var limit = Vector256.Create(threshold);
            for (; i + 32 <= values.Length; i += 32)
            {
                var a = Vector256.GreaterThan(Vector256.Create(values[i..]), limit).AsInt32();
                var b = Vector256.GreaterThan(Vector256.Create(values[(i + 8)..]), limit).AsInt32();
                var c = Vector256.GreaterThan(Vector256.Create(values[(i + 16)..]), limit).AsInt32();
                var d = Vector256.GreaterThan(Vector256.Create(values[(i + 24)..]), limit).AsInt32();
                var narrow = Vector256.Narrow(Vector256.Narrow(a, b), Vector256.Narrow(c, d));
                narrow.AsByte().CopyTo(mask[i..]);
            }
        }

        Scalar(values[i..], threshold, mask[i..]);
    }

    /// <summary>The plain form, for the rest and for tests.</summary>
    internal static void Scalar(ReadOnlySpan<float> values, float threshold, Span<byte> mask)
    {
        for (var i = 0; i < values.Length; i++)
        {
            mask[i] = values[i] > threshold ? (byte)255 : (byte)0;
        }
    }
}
