using OpenCvSharp;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Bench.Segmentation;

/// <summary>
/// Logits 19 x 256 x 512 (stride 4) to a label map of 1024 x 2048: the fused decode against OpenCV's resize, then argmax in
/// plain C#.
/// </summary>
internal static class DecodeProgram
{
    private const int Classes = 19;
    private const int Rows = 256;
    private const int Columns = 512;
    private const int Height = 1024;
    private const int Width = 2048;

    public static void Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0]) : 15;
        Cv2.SetNumThreads(1);
        foreach (var (name, logits) in new[] { ("smooth regions", Smooth()), ("noise", Noise()) })
        {
            var decoder = new LogitsDecoder(BilinearAxis.Create(Columns, Width), BilinearAxis.Create(Rows, Height));
            var fused = new byte[Height * Width];
            var plain = new byte[Height * Width];
            var resized = new float[Classes][];
            for (var c = 0; c < Classes; c++)
            {
                resized[c] = new float[Height * Width];
            }

            var times = Stopwatches.InTurns(
                rounds,
                () => decoder.ArgMax(new LogitsGrid(logits, Classes, Rows, Columns, Classes), fused),
                () => ResizeThenArgMax(logits, resized, plain));
            var first = fused.AsSpan().CommonPrefixLength(plain);
            var equal = first == fused.Length;
            Console.WriteLine(
                $"{name}: fused {times[0].Least:0.00} ms (median {times[0].Median:0.00}), OpenCV resize then argmax {times[1].Least:0.00} ms "
                + $"(median {times[1].Median:0.00}): {times[1].Least / times[0].Least:0.0}x by minimum, "
                + $"{times[1].Median / times[0].Median:0.0}x by median; label maps equal: {equal}");
            if (!equal)
            {
                var values = resized.Select(plane => plane[first]).OrderDescending().Take(3);
                throw new InvalidOperationException(
                    $"{fused.Zip(plain).Count(p => p.First != p.Second)} labels differ, first at ({first % Width}, {first / Width}): "
                    + $"{fused[first]} and {plain[first]}; highest resized logits {string.Join(' ', values)}.");
            }
        }
    }

    private static unsafe void ResizeThenArgMax(float[] logits, float[][] resized, byte[] labels)
    {
        fixed (float* source = logits)
        {
            for (var c = 0; c < Classes; c++)
            {
                fixed (float* target = resized[c])
                {
                    using var from = Mat.FromPixelData(Rows, Columns, MatType.CV_32FC1, (nint)(source + (c * Rows * Columns)));
                    using var to = Mat.FromPixelData(Height, Width, MatType.CV_32FC1, (nint)target);
                    Cv2.Resize(from, to, new Size(Width, Height), 0, 0, InterpolationFlags.Linear);
                }
            }
        }

        for (var i = 0; i < labels.Length; i++)
        {
            var (best, id) = (resized[0][i], 0);
            for (var c = 1; c < Classes; c++)
            {
                if (resized[c][i] > best)
                {
                    (best, id) = (resized[c][i], c);
                }
            }

            labels[i] = (byte)id;
        }
    }

    private static float[] Noise()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Classes * Rows * Columns).Select(_ => (random.NextSingle() * 20) - 10)];
    }

    /// <summary>Waves of different length, so that classes form regions as in a street scene.</summary>
    private static float[] Smooth()
    {
        var logits = new float[Classes * Rows * Columns];
        for (var c = 0; c < Classes; c++)
        {
            for (var i = 0; i < Rows * Columns; i++)
            {
                var (y, x) = (i / Columns, i % Columns);
                logits[(c * Rows * Columns) + i] = MathF.Sin((x * 0.011f * (c + 1)) + c) * 5 + (MathF.Cos((y * 0.017f * (c + 2)) - c) * 5);
            }
        }

        return logits;
    }
}
