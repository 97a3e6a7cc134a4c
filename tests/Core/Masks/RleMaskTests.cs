using System.Text;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Tests.Core.Masks;

/// <summary>Masks against strings that the COCO API wrote, and against plain pixel arithmetic.</summary>
public sealed class RleMaskTests
{
    [Theory]
    [InlineData(3, 5, 4, 1, "Q21c000000o7")]
    [InlineData(5, 3, 3, 5, "W35?000]7")]
    [InlineData(8, 5, 8, 5, "U55?0000000000000[2")]
    public void Box_is_drawn_as_the_COCO_API_draws_it(double x, double y, double width, double height, string expected) =>
        Assert.Equal(expected, RleMask.FromBox(20, 20, new CocoBox(x, y, width, height)).ToCompressed());

    [Theory]
    [InlineData(20, "7 8 9 3 7 1 5 1 5 8 3 4 4 7 7 8", "U36>1OO2Lm6")]
    [InlineData(12, "0.5 0.5 10.5 0.5 0.5 10.5", "=93O1O1O1O1O1O1O1Oh0")]
    public void Polygon_is_drawn_as_the_COCO_API_draws_it(int size, string corners, string expected) =>
        Assert.Equal(expected, RleMask.FromPolygons(size, size, [[.. corners.Split(' ').Select(double.Parse)]]).ToCompressed());

    [Theory]
    [InlineData(new[] { 0, 5, 5, 5, 5, 2, 3, 5, 2, 3, 5, 2, 3, 55 }, 10, 10, "05500MN3ON3ONe1")]
    [InlineData(new[] { 0, 6 }, 3, 2, "06")]
    [InlineData(new[] { 6 }, 3, 2, "6")]
    [InlineData(new[] { 5, 2, 2, 2, 2, 2, 5 }, 4, 5, "5220003")]
    public void Compressed_string_reads_and_writes(int[] runs, int height, int width, string text)
    {
        Assert.Equal(text, RleMask.FromRuns(height, width, runs).ToCompressed());
        Assert.Equal(runs, RleMask.FromCompressed(height, width, Encoding.ASCII.GetBytes(text)).Runs.ToArray());
    }

    [Fact]
    public void Triangle_has_the_known_area() =>
        Assert.Equal(45, RleMask.FromPolygons(12, 12, [[0.5, 0.5, 10.5, 0.5, 0.5, 10.5]]).Area);

    [Fact]
    public void Random_masks_agree_with_pixel_arithmetic()
    {
        const int Seed = 20;
        var random = new Random(Seed);
        for (var trial = 0; trial < 300; trial++)
        {
            var (height, width) = (random.Next(1, 12), random.Next(1, 12));
            var (a, b) = (Pixels(random, height * width), Pixels(random, height * width));
            var (x, y) = (RleMask.FromPixels(height, width, a), RleMask.FromPixels(height, width, b));
            var shared = a.Zip(b).Count(p => p is (1, 1));
            var union = a.Zip(b).Count(p => p.First + p.Second > 0);
            var note = $"seed {Seed}, trial {trial}, {width}x{height}";
            Assert.True(a.AsSpan().SequenceEqual(x.ToPixels()), note);
            Assert.True(a.Sum(v => v) == x.Area, note);
            Assert.True(BoxOf(a, height, width) == x.Box, note);
            Assert.True(RleMask.Iou(x, y, crowd: false) == (shared == 0 ? 0 : shared / (double)union), note);
            Assert.True(RleMask.Iou(x, y, crowd: true) == (shared == 0 ? 0 : shared / (double)x.Area), note);
            var united = new RleMask(height, width, RleOperations.Union(x.Runs, y.Runs));
            Assert.True(a.Zip(b).Select(p => (byte)(p.First | p.Second)).SequenceEqual(united.ToPixels()), note);
            Assert.True(x.Runs.SequenceEqual(RleMask.FromCompressed(height, width, Encoding.ASCII.GetBytes(x.ToCompressed())).Runs), note);
        }
    }

    [Theory]
    [InlineData("5220", "sum to 4 x 5")] // cut: too few pixels
    [InlineData("52200039", "sum to 4 x 5")]
    [InlineData("52~", "outside")]
    [InlineData("P", "truncated")]
    [InlineData("O", "run of -1")]
    public void Broken_string_is_told(string text, string expected)
    {
        var error = Assert.Throws<DataFormatException>(() => RleMask.FromCompressed(4, 5, Encoding.ASCII.GetBytes(text)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_of_two_sizes_do_not_compare() => Assert.Throws<ArgumentException>(() =>
        RleMask.Iou(RleMask.FromRuns(2, 3, [6]), RleMask.FromRuns(3, 2, [6]), crowd: false));

    private static byte[] Pixels(Random random, int count)
    {
        var density = random.NextDouble();
        var pixels = new byte[count];
        for (var i = 0; i < count; i++)
        {
            pixels[i] = (byte)(random.NextDouble() < density ? 1 : 0);
        }

        return pixels;
    }

    private static CocoBox BoxOf(byte[] pixels, int height, int width)
    {
        var on = Enumerable.Range(0, pixels.Length).Where(i => pixels[i] != 0).Select(i => (X: i % width, Y: i / width)).ToList();
        if (on.Count == 0)
        {
            return default;
        }

        // A run that goes from one column into the next makes the box as high as the mask, as in the COCO API.
        var wraps = on.Any(p => p.Y == height - 1 && on.Contains((p.X + 1, 0)));
        var (top, bottom) = wraps ? (0, height - 1) : (on.Min(p => p.Y), on.Max(p => p.Y));
        var left = on.Min(p => p.X);
        return new CocoBox(left, top, on.Max(p => p.X) - left + 1, bottom - top + 1);
    }
}
