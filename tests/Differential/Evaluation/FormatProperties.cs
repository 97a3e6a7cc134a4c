using System.Text;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Masks;
using PPLCNet.Vision.Tests.Differential.Running;

namespace PPLCNet.Vision.Tests.Differential.Evaluation;

/// <summary>What one format writes, the same format reads.</summary>
public sealed class FormatProperties
{
    private static readonly string[] _labels = ["cat", "traffic light", "<&\"'>", "Straße", "红茶", "a/b", "0"];

    [Fact]
    public void Coco() => Property.Holds("format-coco", random =>
    {
        int[] categories = [17, 10, 1, 90, 3, 44, 8];
        var images = Enumerable.Range(1, random.Next(1, 5))
            .Select(i => (Id: (long)i * random.Next(1, 1000), Found: Detections(random))).ToList();
        using var stream = new MemoryStream();
        CocoResultFormat.Write(stream, images, categories);
        var back = CocoResultFormat.Read(stream.ToArray(), categories, _labels);
        foreach (var group in images.GroupBy(i => i.Id))
        {
            AssertSame(PPLCNet.Vision.Detection.Detections.Concat([.. group.Select(g => g.Found)]),
                back.GetValueOrDefault(group.Key), 1e-5f);
        }
    });

    [Fact]
    public void Yolo() => Property.Holds("format-yolo", random =>
    {
        var (width, height) = (random.Next(1, 5000), random.Next(1, 5000));
        var found = Detections(random);
        AssertSame(found, YoloFormat.Parse(YoloFormat.Write(found, width, height), width, height, _labels), 1e-6f);
    });

    [Fact]
    public void Voc() => Property.Holds("format-voc", random =>
    {
        var found = Detections(random);
        AssertSame(found, PascalVocFormat.Parse(PascalVocFormat.Write(found, "a&b.jpg", 300, 200), _labels), 1e-6f);
    });

    [Fact]
    public void RunLengths() => Property.Holds("format-rle", random =>
    {
        var (height, width) = (random.Next(1, 40), random.Next(1, 40));
        var (a, b) = (Pixels(random, height * width), Pixels(random, height * width));
        var (x, y) = (RleMask.FromPixels(height, width, a), RleMask.FromPixels(height, width, b));
        Assert.Equal(a, x.ToPixels());
        Assert.Equal(a.Sum(p => p), x.Area);
        Assert.Equal(a, RleMask.FromCompressed(height, width, Encoding.ASCII.GetBytes(x.ToCompressed())).ToPixels());
        Assert.Equal(a, RleMask.FromRuns(height, width, x.Runs).ToPixels());
        double shared = a.Zip(b).Count(p => p is (1, 1)), either = a.Zip(b).Count(p => p is not (0, 0));
        Assert.Equal(shared == 0 ? 0 : shared / either, RleMask.Iou(x, y, crowd: false));
        Assert.Equal(shared == 0 ? 0 : shared / a.Sum(p => p), RleMask.Iou(x, y, crowd: true));

        // A rectangle on whole pixels is the same as a box, as a polygon, and pixel by pixel.
        var (left, top) = (random.Next(width), random.Next(height));
        var (w, h) = (random.Next(1, width - left + 1), random.Next(1, height - top + 1));
        var plain = new byte[height * width];
        for (var row = top; row < top + h; row++)
        {
            plain.AsSpan((row * width) + left, w).Fill(1);
        }

        Assert.Equal(plain, RleMask.FromBox(height, width, new CocoBox(left, top, w, h)).ToPixels());
        Assert.Equal(plain, RleMask.FromPolygons(height, width,
            [[left, top, left + w, top, left + w, top + h, left, top + h]]).ToPixels());
    });

    private static Detections Detections(Random random)
    {
        var count = random.Next(0, 12);
        return new Detections(
            [.. Enumerable.Range(0, count).Select(_ => Box(random))],
            [.. Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? random.Next(2) : random.NextSingle())],
            [.. Enumerable.Range(0, count).Select(_ => random.Next(_labels.Length))],
            _labels);
    }

    private static Box Box(Random random)
    {
        var (x, y) = ((random.NextSingle() * 2000) - 500, (random.NextSingle() * 2000) - 500);
        return random.Next(5) == 0 ? new Box(MathF.Round(x), MathF.Round(y), MathF.Round(x), MathF.Round(y) + 1)
            : new Box(x, y, x + (random.NextSingle() * 1000), y + (random.NextSingle() * 0.01f));
    }

    private static byte[] Pixels(Random random, int count)
    {
        var density = random.NextDouble();
        return [.. Enumerable.Range(0, count).Select(_ => (byte)(random.NextDouble() < density ? 1 : 0))];
    }

    /// <summary>Equal within rounding, relative to the largest coordinate.</summary>
    private static void AssertSame(Detections expected, Detections? got, float relative)
    {
        got ??= PPLCNet.Vision.Detection.Detections.Empty;
        Assert.Equal(expected.Select(o => (o.Class, o.ClassId, o.Score)), got.Select(o => (o.Class, o.ClassId, o.Score)));
        foreach (var (a, b) in expected.Zip(got))
        {
            var scale = new[] { a.Box.X0, a.Box.Y0, a.Box.X1, a.Box.Y1 }.Max(Math.Abs) + 1;
            var worst = new[] { a.Box.X0 - b.Box.X0, a.Box.Y0 - b.Box.Y0, a.Box.X1 - b.Box.X1,
                a.Box.Y1 - b.Box.Y1 }.Max(Math.Abs);
            Assert.True(worst <= scale * relative, $"expected {a.Box}, found {b.Box}");
        }
    }
}
