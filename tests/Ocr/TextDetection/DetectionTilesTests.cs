using System.Numerics;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Tests.Ocr.TextDetection;

public sealed class DetectionTilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(736, 1280, 4_000_000)]
    [InlineData(3008, 4000, 4_000_000)]
    [InlineData(736, 96_000, 4_000_000)]
    [InlineData(96_000, 64, 4_000_000)]
    [InlineData(4000, 4000, 65_536)]
    [InlineData(1024, 1056, 1_000_000)]
    public void TilesStayInTheBudgetAndKeepEveryCellOnce(int width, int height, int maxPixels)
    {
        var (w, h) = DetectionTiles.Size(width, height, maxPixels);
        Assert.True((long)w * h <= maxPixels, $"{w}x{h}");
        foreach (var (length, tile) in ((int, int)[])[(width, w), (height, h)])
        {
            var spans = DetectionTiles.Cut(length, tile);
            Assert.Equal((0, length), (spans[0].KeepStart, spans[^1].KeepEnd));
            Assert.All(spans.Zip(spans.Skip(1)), p => Assert.Equal(p.First.KeepEnd, p.Second.KeepStart));
            Assert.All(spans, s => Assert.True(s.Start % DetectionTiles.Step == 0 && s.Length == tile && s.Start + tile <= length));
            Assert.All(spans, s => Assert.True(s.Start <= s.KeepStart && s.KeepEnd <= s.Start + s.Length));

            // What is kept is seen with at least half of the overlap around it, up to a step.
            var seen = (Math.Min(DetectionTiles.Overlap, tile / 2) / 2) - DetectionTiles.Step;
            Assert.All(spans.Skip(1), s => Assert.True(s.KeepStart - s.Start >= seen));
        }
    }

    [Fact]
    public void TilesFindWhatOneRunFinds()
    {
        var page = DrawnPages.RandomPage(new Random(11));
        using var whole = TextDetector.Load("ppocr-v6-tiny-det");
        using var tiled = whole.With(whole.Defaults with { MaxPixels = 250_000 });
        var expected = whole.Detect(page, null, Token);
        var found = tiled.Detect(page, null, Token);
        Assert.True(expected.Count > 8);
        Assert.Equal(expected.Count, found.Count);
        foreach (var box in expected)
        {
            var nearest = found.MinBy(f => Vector2.Distance(f.Quad.Center, box.Quad.Center)).Quad.ToArray();
            var shared = Polygon.IntersectionArea(nearest, box.Quad.ToArray());
            Assert.True(shared > 0.7 * Polygon.Area(box.Quad.ToArray()) && shared > 0.7 * Polygon.Area(nearest), $"{box.Quad.Center}");
        }
    }

    [Theory]
    [InlineData("ppocr-v6-small-det")]
    [InlineData("ppocr-v6-tiny-det")]
    [InlineData("ppocr-v4-det")]
    public void SmallImagesAreEnlargedThreeTimesAtMost(string model)
    {
        var rule = (MultipleRule)ModelCatalog.Default.Find(model).Manifest.Preprocess!.Size;
        Assert.Equal((320, 128), (rule.Plan(110, 44).TensorWidth, rule.Plan(110, 44).TensorHeight));
        Assert.Equal((1312, 736), (rule.Plan(1280, 720).TensorWidth, rule.Plan(1280, 720).TensorHeight));
        Assert.Equal(736, (rule with { MaxEnlargement = 0 }).Plan(110, 44).TensorHeight);
    }

    [Fact]
    public void ALongStripKeepsItsText()
    {
        // Reduced to a longest side of 4000 pixels, as photos are, it would be 40 pixels wide.
        const int Height = 10_000;
        using var canvas = new Canvas(100, Height, Color.White);
        var lines = new List<float>();
        for (var y = 100; y < Height; y += 400)
        {
            canvas.Text(8, y, "Item 12", Color.Black, 16);
            lines.Add(y - 6);
        }

        // Without enlargement, which costs time only.
        var input = ModelCatalog.Default.Find("ppocr-v6-tiny-det").Manifest.Preprocess!;
        input = input with { Size = (MultipleRule)input.Size with { MaxEnlargement = 1 } };
        using var detector = TextDetector.Load("ppocr-v6-tiny-det", new ModelOptions { Preprocess = input });
        var boxes = detector.Detect(canvas.ToPixelBuffer(), null, Token);
        var places = boxes.Select(b => b.Quad.Center.Y).Order().ToList();
        Assert.All(lines, y => Assert.Contains(places, p => Math.Abs(p - y) < 8));
    }
}
