using OpenCvSharp;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Tests.Segmentation.Decoding;

/// <summary>The fused decode against "resize every class, then compare", in plain C# and by OpenCV.</summary>
public class LogitsDecoderTests
{
    public static TheoryData<int, int, int, int, int, bool> Sizes => new()
    {
        // classes, grid height, grid width, map height, map width, align corners
        { 19, 32, 64, 128, 256, false },
        { 11, 90, 120, 360, 480, false },
        { 19, 49, 83, 193, 331, false },
        { 19, 49, 83, 193, 331, true },
        { 2, 5, 5, 13, 13, true },
        { 3, 5, 7, 13, 17, false },
        { 12, 36, 48, 36, 48, false },
        { 7, 40, 50, 17, 23, false },
        { 7, 40, 50, 17, 23, true },
        { 5, 30, 41, 37, 44, false },
        { 1, 4, 4, 9, 9, false },
        { 4, 1, 1, 6, 5, false },
        { 4, 3, 2, 1, 1, true },
        { 256, 3, 9, 20, 40, false },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Equals_resize_then_argmax(int classes, int h, int w, int height, int width, bool alignCorners)
    {
        var (x, y) = (BilinearAxis.Create(w, width, alignCorners), BilinearAxis.Create(h, height, alignCorners));
        var logits = Noise(classes * h * w, coarse: false);
        var map = new LogitsDecoder(x, y).ArgMax(new LogitsGrid(logits, classes, h, w, classes));
        Assert.Equal(PlainArgMax(logits, classes, h, w, height, width, alignCorners), map.Ids.ToArray());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_lowest_class_wins_a_tie(int classes, int h, int w, int height, int width, bool alignCorners)
    {
        var logits = Noise(classes * h * w, coarse: true);
        var decoder = new LogitsDecoder(BilinearAxis.Create(w, width, alignCorners), BilinearAxis.Create(h, height, alignCorners));
        var map = decoder.ArgMax(new LogitsGrid(logits, classes, h, w, classes));
        Assert.Equal(PlainArgMax(logits, classes, h, w, height, width, alignCorners), map.Ids.ToArray());
    }

    [Theory]
    [InlineData(19, 32, 64, 128, 256)]
    [InlineData(11, 23, 31, 92, 124)]
    [InlineData(5, 17, 40, 136, 320)]
    [InlineData(3, 19, 33, 57, 99)]
    [InlineData(2, 20, 31, 73, 117)]
    [InlineData(4, 40, 50, 17, 23)]
    public void Equals_OpenCV_bit_for_bit(int classes, int h, int w, int height, int width)
    {
        var logits = Noise(classes * h * w, coarse: false);
        var decoder = new LogitsDecoder(BilinearAxis.Create(w, width), BilinearAxis.Create(h, height));
        var planes = new float[classes][];
        for (var c = 0; c < classes; c++)
        {
            using var plane = Mat.FromPixelData(h, w, MatType.CV_32FC1, logits[(c * h * w)..((c + 1) * h * w)]);
            using var resized = new Mat();
            Cv2.Resize(plane, resized, new Size(width, height), 0, 0, InterpolationFlags.Linear);
            resized.GetArray(out planes[c]);
        }

        Assert.Equal(PlainArgMax(planes), decoder.ArgMax(new LogitsGrid(logits, classes, h, w, classes)).Ids.ToArray());
        decoder.ForEachRow(new LogitsGrid(logits, classes, h, w, classes), (y, row) =>
        {
            for (var c = 0; c < classes; c++)
            {
                var expected = planes[c].AsSpan(y * width, width);
                Assert.True(expected.SequenceEqual(row.Slice(c * width, width)), $"row {y} of class {c} differs from OpenCV's");
            }
        });
    }

    [Fact]
    public void Only_the_first_classes_count()
    {
        float[] logits = [.. Enumerable.Repeat(1f, 16), .. Enumerable.Repeat(2f, 16), .. Enumerable.Repeat(3f, 16)];
        var decoder = new LogitsDecoder(BilinearAxis.Create(4, 8), BilinearAxis.Create(4, 8));
        Assert.All(decoder.ArgMax(new LogitsGrid(logits, 3, 4, 4, 2)).Ids.ToArray(), id => Assert.Equal(1, id));
    }

    [Fact]
    public void Rows_are_the_resampled_logits()
    {
        var logits = Noise(3 * 6 * 9, coarse: false);
        var decoder = new LogitsDecoder(BilinearAxis.Create(9, 20), BilinearAxis.Create(6, 15));
        var rows = 0;
        decoder.ForEachRow(new LogitsGrid(logits, 3, 6, 9, 3), (y, row) =>
        {
            rows++;
            for (var c = 0; c < 3; c++)
            {
                for (var x = 0; x < 20; x++)
                {
                    Assert.Equal(Plain(logits.AsSpan(c * 54, 54), 6, 9, 15, 20, false, y, x), row[(c * 20) + x]);
                }
            }
        });
        Assert.Equal(15, rows);
    }

    [Fact]
    public void Another_grid_is_refused()
    {
        var decoder = new LogitsDecoder(BilinearAxis.Create(4, 8), BilinearAxis.Create(4, 8));
        Assert.Throws<ArgumentException>(() => decoder.ArgMax(new LogitsGrid(new float[30], 1, 5, 6, 1)));
        Assert.Throws<ArgumentException>(() => new LogitsGrid(new float[31], 1, 5, 6, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogitsGrid(new float[30], 1, 5, 6, 2));
    }

    internal static byte[] PlainArgMax(float[] logits, int classes, int h, int w, int height, int width, bool alignCorners)
    {
        var planes = Enumerable.Range(0, classes).Select(c =>
        {
            var plane = new float[height * width];
            for (var i = 0; i < plane.Length; i++)
            {
                plane[i] = Plain(logits.AsSpan(c * h * w, h * w), h, w, height, width, alignCorners, i / width, i % width);
            }

            return plane;
        }).ToArray();
        return PlainArgMax(planes);
    }

    private static byte[] PlainArgMax(float[][] planes)
    {
        var ids = new byte[planes[0].Length];
        for (var i = 0; i < ids.Length; i++)
        {
            for (var c = 1; c < planes.Length; c++)
            {
                if (planes[c][i] > planes[ids[i]][i])
                {
                    ids[i] = (byte)c;
                }
            }
        }

        return ids;
    }

    private static float Plain(ReadOnlySpan<float> plane, int h, int w, int height, int width, bool alignCorners, int y, int x)
    {
        var (x0, x1, wx) = At(x, w, width, alignCorners);
        var (y0, y1, wy) = At(y, h, height, alignCorners);
        var top = Lerp(plane[(y0 * w) + x0], plane[(y0 * w) + x1], wx);
        return Lerp(top, Lerp(plane[(y1 * w) + x0], plane[(y1 * w) + x1], wx), wy);
    }

    private static float Lerp(float low, float high, float weight) => MathF.FusedMultiplyAdd(high - low, weight, low);

    private static (int Low, int High, float Weight) At(int i, int source, int target, bool alignCorners)
    {
        var at = alignCorners
            ? target > 1 ? i * ((source - 1.0) / (target - 1)) : 0
            : ((i + 0.5) * ((double)source / target)) - 0.5;
        var low = (int)Math.Floor(at);
        return low < 0 ? (0, Math.Min(1, source - 1), 0)
            : low >= source - 1 ? (source - 1, source - 1, 0)
            : (low, low + 1, (float)(at - low));
    }

    private static float[] Noise(int length, bool coarse)
    {
        var random = new Random(20260101);
        return [.. Enumerable.Range(0, length).Select(_ => coarse ? random.Next(3) : (random.NextSingle() * 20) - 10)];
    }
}
