using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Tests.Ocr.TextDetection;

public sealed class DbPostprocessorTests
{
    private const int Width = 320;
    private const int Height = 160;

    [Fact]
    public void ARectangleGrowsByAreaTimesRatioOverPerimeter()
    {
        var box = Assert.Single(Run(Map(m => Fill(m, 40, 30, 140, 50, 0.9f))));

        // The contour runs through pixel centres: 100 x 20 for pixels 40..140, 30..50. Grown outlines lie on whole pixels.
        var grow = 100f * 20 * 1.5f / (2 * (100 + 20));
        var (left, top, right, bottom) = box.Quad.Bounds();
        Assert.Equal([28f, 18f, 153f, 63f], new[] { left, top, right, bottom }.Select(v => MathF.Round(v, 3)));
        Assert.Equal(12.5f, grow);
        Assert.Equal(0.9f, box.Score, 5);
    }

    [Fact]
    public void ComesCloseToARealPolygonOffset()
    {
        // Clipper's rounded offset of the turned rectangle, then its smallest rectangle: the reference; here computed by
        // distance.
        var map = Map(m => Polygon(m, new RotatedRect(new Point2f(160, 80), new Size2f(120, 24), 25), 0.9f));
        var quad = Assert.Single(Run(map)).Quad;
        var grow = 120f * 24 * 1.5f / (2 * (120 + 24));
        Assert.InRange(quad.Width, 120 + (2 * grow) - 2.5f, 120 + (2 * grow) + 2.5f);
        Assert.InRange(quad.Height, 24 + (2 * grow) - 2.5f, 24 + (2 * grow) + 2.5f);
        Assert.InRange(Vector2.Distance(quad.Center, new Vector2(160, 80)), 0, 1);
    }

    public static TheoryData<string, int, float, int> Kept => new()
    {
        { "specks of one pixel fall", 1, 0.9f, 0 },
        { "three pixels span two", 3, 0.9f, 0 },
        { "large enough", 8, 0.9f, 1 },
        { "below the box threshold", 20, 0.55f, 0 },
        { "at the threshold of a pixel", 20, 0.3f, 0 },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void KeepsWhatIsLargeAndSure(string name, int side, float value, int boxes) =>
        Assert.True(boxes == Run(Map(m => Fill(m, 100, 60, 100 + side - 1, 60 + side - 1, value))).Count, name);

    [Fact]
    public void ScoreAtTheBoxThresholdStays()
    {
        var map = Map(m => Fill(m, 100, 60, 140, 80, 0.5f));
        Assert.Single(Run(map, new TextDetectionSettings { BoxThreshold = 0.5f }));
        Assert.Empty(Run(map, new TextDetectionSettings { BoxThreshold = 0.5001f }));
    }

    [Fact]
    public void BentLinesKeepTheirScoreInTheirOutline()
    {
        // A line that rises and falls fills little of its smallest rectangle.
        var map = Map(m => Cv2.Polylines(m, [[new Point(20, 40), new Point(150, 80), new Point(290, 40)]], false, Scalar.All(0.9), 12));
        Assert.Empty(Run(map, new TextDetectionSettings { BoxThreshold = 0.7f }));
        var box = Assert.Single(Run(map, new TextDetectionSettings { BoxThreshold = 0.7f, ScoreMode = BoxScoreMode.Slow }));
        Assert.InRange(box.Score, 0.88f, 0.9001f);
    }

    [Fact]
    public void AThousandContoursAreNotTheEnd()
    {
        // 1800 cells, as on a dense page; contours begin at the bottom, so a limit cuts the top.
        const int Columns = 36, Rows = 50, Pitch = 24;
        var plan = ResizePlan.Whole(Columns * Pitch, Rows * Pitch, Columns * Pitch, Rows * Pitch);
        var map = new float[Columns * Pitch * Rows * Pitch];
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = i % Pitch is > 5 and < 18 && i / (Columns * Pitch) % Pitch is > 7 and < 16 ? 0.9f : 0;
        }

        Assert.Equal(Columns * Rows, new DbPostprocessor(new TextDetectionSettings()).Run(map, plan, out var isCut).Count);
        Assert.False(isCut);
        Assert.Equal(1000, new DbPostprocessor(new TextDetectionSettings { MaxCandidates = 1000 }).Run(map, plan, out isCut).Count);
        Assert.True(isCut);
    }

    [Fact]
    public void HolesAreContoursToo()
    {
        // RETR_LIST: the inner outline of a ring is a candidate of its own.
        var map = Map(m =>
        {
            Fill(m, 40, 20, 200, 120, 0.95f);
            Fill(m, 80, 60, 160, 80, 0.25f);
        });
        var boxes = Run(map, new TextDetectionSettings { BoxThreshold = 0.2f });
        Assert.Equal(2, boxes.Count);
        Assert.Single(Run(map, new TextDetectionSettings { BoxThreshold = 0.6f }));
    }

    [Fact]
    public void BoxesAtTheBorderAreClippedToTheImage()
    {
        var box = Assert.Single(Run(Map(m => Fill(m, 0, 0, 100, 20, 0.9f))));
        var (left, top, _, _) = box.Quad.Bounds();
        Assert.Equal((0f, 0f), (left, top));
    }

    [Fact]
    public void CoordinatesAreTheImagesAndStayFloat()
    {
        var plan = ResizePlan.Whole(1000, 600, Width, Height);
        var box = Assert.Single(Run(Map(m => Fill(m, 40, 30, 140, 50, 0.9f)), plan: plan));
        var (left, top, _, _) = box.Quad.Bounds();
        Assert.Equal(28f * 1000 / Width, left, 2);
        Assert.Equal(18f * 600 / Height, top, 2);
    }

    [Fact]
    public void CandidatesAreLimited()
    {
        var map = Map(m =>
        {
            for (var i = 0; i < 10; i++)
            {
                Fill(m, (30 * i) + 5, 20, (30 * i) + 20, 30, 0.9f);
            }
        });
        Assert.Equal(10, Run(map).Count);
        Assert.Equal(4, Run(map, new TextDetectionSettings { MaxCandidates = 4 }).Count);
    }

    [Fact]
    public void DilationReachesRightAndDown()
    {
        // A 2x2 kernel with its anchor at (1, 1): a pixel spreads to the right and down, never left or up.
        var map = Map(m => Fill(m, 40, 30, 140, 50, 0.9f));
        var settings = new TextDetectionSettings { Dilate = true, UnclipRatio = 0 };
        var (left, top, right, bottom) = Assert.Single(Run(map, settings)).Quad.Bounds();
        Assert.Equal((40f, 30f, 141f, 51f), (left, top, right, bottom));
    }

    [Fact]
    public void AMapOfAnotherSizeIsRefused() => Assert.Throws<ArgumentException>(() =>
        new DbPostprocessor(new TextDetectionSettings()).Run(new float[10], ResizePlan.Whole(8, 8, 8, 8)));

    [Theory]
    [InlineData(-0.1f, 0.5f, 1.5f, 10)]
    [InlineData(1.1f, 0.5f, 1.5f, 10)]
    [InlineData(0.3f, 1.5f, 1.5f, 10)]
    [InlineData(0.3f, 0.5f, -1f, 10)]
    [InlineData(0.3f, 0.5f, 1.5f, 0)]
    public void SettingsAreChecked(float threshold, float box, float unclip, int candidates) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DbPostprocessor(new TextDetectionSettings
        {
            Threshold = threshold, BoxThreshold = box, UnclipRatio = unclip, MaxCandidates = candidates,
        }));

    private static List<TextBox> Run(float[] map, TextDetectionSettings? settings = null, ResizePlan? plan = null) =>
        new DbPostprocessor(settings ?? new TextDetectionSettings()).Run(map, plan ?? ResizePlan.Whole(Width, Height, Width, Height));

    private static float[] Map(Action<Mat> draw)
    {
        using var mat = new Mat(Height, Width, MatType.CV_32FC1, Scalar.All(0));
        draw(mat);
        mat.GetArray(out float[] values);
        return values;
    }

    private static void Fill(Mat map, int x0, int y0, int x1, int y1, float value) =>
        Cv2.Rectangle(map, new Point(x0, y0), new Point(x1, y1), Scalar.All(value), -1);

    private static void Polygon(Mat map, RotatedRect box, float value) =>
        Cv2.FillPoly(map, [box.Points().Select(p => new Point(Math.Round(p.X), Math.Round(p.Y)))], Scalar.All(value));
}
