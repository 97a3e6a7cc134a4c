using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Tests.Detection;

public sealed class TiledDetectorTests
{
    private static readonly TiledDetectorOptions _options = new() { Width = 100, Height = 80, Overlap = 0.3 };

    [Theory]
    [InlineData(100, 80)]
    [InlineData(101, 81)]
    [InlineData(1000, 700)]
    [InlineData(333, 79)]
    [InlineData(50, 40)]
    public void TilesCoverTheImageWithEnoughOverlap(int width, int height)
    {
        var tiles = TileGrid.Of(width, height, _options).ToList();
        Assert.All(tiles, t => Assert.True(t.X >= 0 && t.Y >= 0 && t.X + t.Width <= width && t.Y + t.Height <= height));
        var xs = tiles.Select(t => t.X).Distinct().Order().ToList();
        Assert.Equal(0, xs[0]);
        Assert.Equal(width, xs[^1] + tiles[0].Width);
        Assert.All(xs.Zip(xs.Skip(1)), p => Assert.True(p.First + 100 - p.Second >= 29, $"{p}"));
    }

    [Fact]
    public void SmallObjectsAreFoundOnceInSourcePixels()
    {
        var image = new PixelBuffer(600, 400);
        Box[] truth = [new(10, 10, 20, 22), new(92, 60, 104, 71), new(300, 200, 312, 214), new(590, 388, 600, 400)];
        foreach (var box in truth)
        {
            Paint(image, box);
        }

        using var tiled = new TiledDetector(new BlobDetector(32), _options with { Whole = false });
        var found = tiled.Detect(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(truth.OrderBy(b => b.X0), found.Boxes.ToArray().OrderBy(b => b.X0));
    }

    [Fact]
    public void ALargeObjectComesFromTheWholeImageAndItsFragmentsGo()
    {
        var image = new PixelBuffer(600, 400);
        var large = new Box(50, 60, 550, 330);
        Paint(image, large);
        using var tiled = new TiledDetector(new BlobDetector(10_000), _options);
        Assert.Equal([large], tiled.Detect(image, cancellationToken: TestContext.Current.CancellationToken).Boxes.ToArray());
    }

    [Theory]
    [InlineData(0.8f, 3)]
    [InlineData(1f, 4)]
    public void Fragments_inside_a_better_box_of_another_view_go(float limit, int left)
    {
        var whole = new Detections([new Box(0, 0, 100, 100), new Box(5, 5, 20, 20)], [0.9f, 0.5f], [0, 0], ["blob", "other"]);
        var tile = new Detections([new Box(50, 0, 105, 60), new Box(60, 60, 80, 80)], [0.7f, 0.6f], [0, 1], ["blob", "other"]);
        var kept = AcrossTiles.Thin([whole, tile], limit, isAgnostic: false);
        Assert.Equal(left, kept.Count); // the small box of the same view and that of another class stay
        Assert.Equal(limit == 1, kept.Boxes.Contains(new Box(50, 0, 105, 60)));
    }

    [Fact]
    public void A_whole_object_never_goes_for_a_better_fragment_of_it()
    {
        var whole = new Detections([new Box(0, 0, 100, 100)], [0.5f], [0], ["blob"]);
        var fragment = new Detections([new Box(50, 0, 100, 60)], [0.9f], [0], ["blob"]);
        Assert.Equal(2, AcrossTiles.Thin([whole, fragment], 0.8f, isAgnostic: false).Count);
    }

    [Theory]
    [InlineData(0, 0, 10, 10, 5, 5, 15, 15, 0.25)]
    [InlineData(0, 0, 10, 10, 2, 2, 4, 4, 1)]
    [InlineData(0, 0, 10, 10, 10, 0, 20, 10, 0)]
    [InlineData(0, 0, 10, 10, 5, 5, 5, 9, 0)]
    public void Intersection_over_the_smaller(float a, float b, float c, float d, float e, float f, float g, float h, float expected) =>
        Assert.Equal(expected, AcrossTiles.OverSmaller(new Box(a, b, c, d), new Box(e, f, g, h)), 1e-6f);

    [Theory]
    [InlineData(16, 80, 0.2)]
    [InlineData(100, 80, 0.95)]
    public void OptionsOutOfRangeAreAnError(int width, int height, double overlap) => Assert.ThrowsAny<ArgumentException>(
        () => new TiledDetector(new BlobDetector(1), new TiledDetectorOptions { Width = width, Height = height, Overlap = overlap }));

    private static void Paint(PixelBuffer image, Box box)
    {
        for (var y = (int)box.Y0; y < box.Y1; y++)
        {
            image.Row(y)[((int)box.X0 * 3)..((int)box.X1 * 3)].Fill(255);
        }
    }

    /// <summary>Answers the bounding box of each bright blob, found by flooding; larger ones than it can see it misses.</summary>
    private sealed class BlobDetector(int largest) : IObjectDetector
    {
        public string Name => "blobs";

        public IReadOnlyList<string> Labels { get; } = ["blob"];

        public IReadOnlyList<int> CategoryIds { get; } = [1];

        public DetectionSettings Settings { get; } = new();

        public Detections Detect(
            ImageSource source, DetectionOptions? options = null, CancellationToken cancellationToken = default)
        {
            var image = source.Open(out _);
            var bright = new bool[image.Height, image.Width];
            for (var y = 0; y < image.Height; y++)
            {
                for (var x = 0; x < image.Width; x++)
                {
                    bright[y, x] = image.Row(y)[x * 3] > 0;
                }
            }

            var boxes = new List<Box>();
            for (var y = 0; y < image.Height; y++)
            {
                for (var x = 0; x < image.Width; x++)
                {
                    if (bright[y, x])
                    {
                        boxes.Add(Flood(bright, x, y));
                    }
                }
            }

            var seen = boxes.Where(b => b.Width <= largest && b.Height <= largest).ToArray();
            return new Detections(seen, [.. seen.Select(_ => 0.9f)], new int[seen.Length], Labels);
        }

        public void Dispose()
        {
        }

        private static Box Flood(bool[,] bright, int x, int y)
        {
            var (x0, y0, x1, y1) = (x, y, x, y);
            var open = new Stack<(int X, int Y)>([(x, y)]);
            while (open.TryPop(out var p))
            {
                if (p.X < 0 || p.Y < 0 || p.Y >= bright.GetLength(0) || p.X >= bright.GetLength(1) || !bright[p.Y, p.X])
                {
                    continue;
                }

                bright[p.Y, p.X] = false;
                (x0, y0, x1, y1) = (Math.Min(x0, p.X), Math.Min(y0, p.Y), Math.Max(x1, p.X), Math.Max(y1, p.Y));
                open.Push((p.X + 1, p.Y));
                open.Push((p.X - 1, p.Y));
                open.Push((p.X, p.Y + 1));
                open.Push((p.X, p.Y - 1));
            }

            return new Box(x0, y0, x1 + 1, y1 + 1);
        }
    }
}
