using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Layout;

namespace PPLCNet.Vision.Tests.Ocr.Layout;

public sealed class LineCropTests
{
    [Fact]
    public void AnUprightQuadReturnsThePixelsThemselves()
    {
        using var image = Noise();
        var crop = LineCrop.Cut(image, Quad.FromRectangle(20, 10, 80, 30))!;
        Assert.Equal((60, 20), (crop.Pixels.Width, crop.Pixels.Height));
        using var expected = new Mat(image, new Rect(20, 10, 60, 20));
        var pixels = expected.Clone().ToPixelBuffer();
        Assert.True(pixels.Data.SequenceEqual(crop.Pixels.Data));
    }

    [Theory]
    [InlineData("1.4999: stays", 100, 149, false)]
    [InlineData("1.5: turned", 100, 150, true)]
    [InlineData("flat: stays", 100, 20, false)]
    public void TallBoxesAreTurned(string name, int width, int height, bool turned)
    {
        using var image = Noise(300);
        var crop = LineCrop.Cut(image, Quad.FromRectangle(10, 10, 10 + width, 10 + height))!;
        Assert.True((turned ? (height, width) : (width, height)) == (crop.Pixels.Width, crop.Pixels.Height), name);
    }

    [Fact]
    public void TheTurnIsCounterClockwise()
    {
        using var image = Noise(300);
        var crop = LineCrop.Cut(image, Quad.FromRectangle(10, 20, 40, 120))!;

        // The upper right corner of the box comes to the upper left.
        var corner = image.At<Vec3b>(20, 39);
        Assert.Equal((corner.Item0, corner.Item1, corner.Item2), (crop.Pixels.Row(0)[0], crop.Pixels.Row(0)[1], crop.Pixels.Row(0)[2]));
    }

    public static TheoryData<string, Quad, bool> Quads => new()
    {
        { "flat", Quad.FromRectangle(20, 10, 180, 50), false },
        { "flat, turned around", Quad.FromRectangle(20, 10, 180, 50), true },
        { "tilted", new Quad(new(20, 30), new(160, 60), new(150, 100), new(10, 70)), false },
        { "tilted, turned around", new Quad(new(20, 30), new(160, 60), new(150, 100), new(10, 70)), true },
        { "vertical", Quad.FromRectangle(20, 10, 60, 190), false },
        { "vertical, turned around", Quad.FromRectangle(20, 10, 60, 190), true },
    };

    [Theory]
    [MemberData(nameof(Quads))]
    public void PlacesGoBackToWhereTheirPixelsCameFrom(string name, Quad quad, bool around)
    {
        // A bright dot in the crop must come back to the dot in the image.
        foreach (var part in (Vector2[])[new(0.25f, 0.3f), new(0.8f, 0.6f)])
        {
            var place = Homography.FromRectangle(1, 1, quad).Apply(part);
            using var image = new Mat(220, 220, MatType.CV_8UC3, Scalar.Black);
            Cv2.Circle(image, new Point((int)place.X, (int)place.Y), 3, Scalar.White, -1);
            var crop = LineCrop.Cut(image, quad)!;
            crop = around ? crop.TurnAround() : crop;
            var dot = Brightest(crop.Pixels);
            var back = crop.ToImage(dot.X, dot.Y, dot.X, dot.Y).TopLeft;
            Assert.True(Vector2.Distance(back, place) < 2.5f, $"{name}: {place} came back as {back}");
        }
    }

    [Fact]
    public void TurnedTwiceIsTheSame()
    {
        using var image = Noise();
        var crop = LineCrop.Cut(image, Quad.FromRectangle(20, 10, 80, 30))!;
        var twice = crop.TurnAround().TurnAround();
        Assert.True(crop.Pixels.Data.SequenceEqual(twice.Pixels.Data));
        Assert.Equal(crop.Quad, twice.Quad);
    }

    [Fact]
    public void QuadsWithoutAreaGiveNothing()
    {
        using var image = Noise();
        Assert.Null(LineCrop.Cut(image, Quad.FromRectangle(5, 5, 5.5f, 20)));
        Assert.Null(LineCrop.Cut(image, new Quad(new(0, 0), new(20, 20), new(40, 40), new(10, 10))));
    }

    [Theory]
    [InlineData("cut by the border to a triangle", 0, 144.66f, 129.14f, 186.20f, 0, 227.73f, 0, 186.20f)]
    [InlineData("three corners on a line", 0, 0, 50, 0, 100, 0, 0, 40)]
    [InlineData("two corners in one place", 10, 10, 90, 10, 90, 50, 10, 10)]
    [InlineData("a dent", 0, 0, 80, 0, 20, 15, 0, 60)]
    [InlineData("crossed edges", 0, 0, 80, 60, 80, 0, 10, 60)]
    public void QuadsThatNoRectangleMapsOntoGiveNothing(string name, float x0, float y0, float x1, float y1, float x2, float y2, float x3, float y3)
    {
        using var image = Noise(300);
        var quad = new Quad(new(x0, y0), new(x1, y1), new(x2, y2), new(x3, y3));
        Assert.True(LineCrop.Cut(image, quad) is null, name);
        Assert.Throws<ArgumentException>(() => Homography.FromRectangle(100, 20, quad));
    }

    [Fact]
    public void SidesBeyondOpenCvsLimitAreCut()
    {
        // OpenCV warps no image whose side is 32 767 or more, and no line that long comes out either.
        var pixels = new PixelBuffer(40_000, 30);
        for (var i = 0; i < pixels.Data.Length; i += 3)
        {
            var x = i / 3 % pixels.Width;
            (pixels.Data[i], pixels.Data[i + 1]) = ((byte)(x % 251), (byte)(x / 251));
        }

        using var wide = pixels.View.ToMat();

        var crop = LineCrop.Cut(wide, Quad.FromRectangle(39_000, 5, 39_200, 25))!;
        Assert.Equal(Expected(wide, 39_000, 5, 200, 20), crop.Pixels.Data.ToArray());
        var line = LineCrop.Cut(wide, Quad.FromRectangle(10, 5, 39_990, 25))!;
        Assert.Equal((39_980, 20), (line.Pixels.Width, line.Pixels.Height));
        Assert.Equal(Expected(wide, 10, 5, 39_980, 20), line.Pixels.Data.ToArray());

        using var tall = wide.T().ToMat();
        var column = LineCrop.Cut(tall, Quad.FromRectangle(5, 10, 25, 39_990))!;
        Assert.Equal((39_980, 20), (column.Pixels.Width, column.Pixels.Height));
    }

    private static byte[] Expected(Mat image, int x, int y, int width, int height)
    {
        using var part = new Mat(image, new Rect(x, y, width, height));
        return part.Clone().ToPixelBuffer().Data.ToArray();
    }

    [Fact]
    public void BeyondTheBorderItRepeats()
    {
        using var image = new Mat(40, 40, MatType.CV_8UC3, new Scalar(10, 20, 30));
        var crop = LineCrop.Cut(image, Quad.FromRectangle(-10, -5, 50, 20))!;
        Assert.Equal([10, 20, 30], crop.Pixels.Data[..3].ToArray());
    }

    private static Mat Noise(int side = 100)
    {
        var mat = new Mat(side, side, MatType.CV_8UC3);
        var random = new Random(1);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                mat.At<Vec3b>(y, x) = new Vec3b((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
            }
        }

        return mat;
    }

    private static Vector2 Brightest(PixelBuffer pixels)
    {
        var (sum, weight) = (Vector2.Zero, 0f);
        for (var y = 0; y < pixels.Height; y++)
        {
            for (var x = 0; x < pixels.Width; x++)
            {
                var value = pixels.Row(y)[x * 3];
                sum += new Vector2(x + 0.5f, y + 0.5f) * value;
                weight += value;
            }
        }

        return sum / weight;
    }
}
