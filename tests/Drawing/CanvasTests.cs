using System.Numerics;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Drawing;

public sealed class CanvasTests
{
    private static readonly Color _red = new(255, 0, 0);

    [Fact]
    public void BoxColoursItsEdgeAndLeavesTheInside()
    {
        using var canvas = new Canvas(100, 80, Color.White) { LineWidth = 3 };
        canvas.Box(20, 10, 60, 50, _red);
        var pixels = canvas.ToPixelBuffer();
        Assert.Equal((0, 0, 255), At(pixels, 20, 30));
        Assert.Equal((255, 255, 255), At(pixels, 40, 30));
        Assert.Equal((255, 255, 255), At(pixels, 5, 5));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("中文识别")]
    [InlineData("Ελληνικά Русский ひらがな カタカナ ①★─")]
    public void TextLeavesInk(string text)
    {
        Assert.True(Canvas.CanDraw(text));
        using var canvas = new Canvas(600, 40, Color.White) { TextSize = 24 };
        var width = canvas.Text(4, 30, text, Color.Black);
        var pixels = canvas.ToPixelBuffer();
        var ink = Enumerable.Range(0, pixels.Width * pixels.Height).Count(i => pixels.Data[i * 3] < 128);
        Assert.InRange(width, 20, 600);
        Assert.True(ink > 20 * text.Length, $"{ink} dark pixels for {text.Length} characters");
    }

    [Fact]
    public void DifferentIdeographsLookDifferent()
    {
        var images = new[] { "中", "国", "龘" }.Select(text =>
        {
            using var canvas = new Canvas(40, 40, Color.White) { TextSize = 32 };
            canvas.Text(2, 34, text, Color.Black);
            return Convert.ToHexString(canvas.ToPixelBuffer().Data);
        });
        Assert.Equal(3, images.Distinct().Count());
    }

    [Theory]
    [InlineData("ppocr_keys_v1.txt")]
    [InlineData("ppocrv6_tiny_dict.txt")]
    public void FontsCoverTheDictionaries(string file)
    {
        var keys = File.ReadAllLines(Path.Combine(RepositoryPaths.Models, file));
        var missing = keys.Where(k => !Canvas.CanDraw(k)).ToList();
        // A handful of rare ideographs, pictographs and technical signs are in no font that may be shipped here.
        Assert.True(missing.Count < keys.Length * 0.01, $"{missing.Count} keys without a glyph: {string.Concat(missing)}");
    }

    [Fact]
    public void LabelStaysInsideTheImage()
    {
        using var canvas = new Canvas(200, 100, Color.White);
        canvas.Label(190, 2, "label", _red);
        var pixels = canvas.ToPixelBuffer();
        Assert.Contains(Enumerable.Range(100, 100), x => At(pixels, x, 5) == (0, 0, 255));
    }

    [Fact]
    public void FillIsTranslucent()
    {
        using var canvas = new Canvas(50, 50, Color.White);
        canvas.Fill([new Vector2(5, 5), new Vector2(45, 5), new Vector2(45, 45), new Vector2(5, 45)], _red.WithOpacity(0.5));
        var (b, g, r) = At(canvas.ToPixelBuffer(), 25, 25);
        Assert.Equal(255, r);
        Assert.InRange(g, 125, 130);
        Assert.InRange(b, 125, 130);
    }

    [Fact]
    public void TintBlendsByClass()
    {
        using var canvas = new Canvas(3, 1, new Color(100, 100, 100));
        canvas.Tint([0, 1, 9], [new Color(200, 0, 0), new Color(0, 0, 0, 0)], 0.5);
        var pixels = canvas.ToPixelBuffer();
        Assert.Equal((50, 50, 150), At(pixels, 0, 0));
        Assert.Equal((100, 100, 100), At(pixels, 1, 0));
        Assert.Equal((100, 100, 100), At(pixels, 2, 0));
    }

    [Fact]
    public void ImageSurvivesTheRoundTripInEveryFormat()
    {
        foreach (var format in Enum.GetValues<PixelFormat>())
        {
            var image = new PixelBuffer(7, 5, format);
            new Random(1).NextBytes(image.Data);
            using var canvas = new Canvas(image);
            var (red, green, blue) = format switch
            {
                PixelFormat.Gray8 => (0, 0, 0),
                PixelFormat.Bgr24 or PixelFormat.Bgra32 => (2, 1, 0),
                _ => (0, 1, 2),
            };
            var step = format.BytesPerPixel();
            var pixels = canvas.ToPixelBuffer();
            for (var i = 0; i < 35; i++)
            {
                var source = image.Data.Slice(i * step, step);
                Assert.Equal((source[blue], source[green], source[red]), (pixels.Data[i * 3], pixels.Data[(i * 3) + 1], pixels.Data[(i * 3) + 2]));
            }
        }
    }

    [Theory]
    [InlineData(100, 30)]
    [InlineData(30, 120)]
    public void TextInStaysInsideItsQuad(int width, int height)
    {
        using var canvas = new Canvas(160, 160, Color.White);
        canvas.TextIn([new(20, 20), new(20 + width, 20), new(20 + width, 20 + height), new(20, 20 + height)], "汉字mixed", Color.Black);
        var pixels = canvas.ToPixelBuffer();
        var ink = 0;
        for (var y = 0; y < 160; y++)
        {
            for (var x = 0; x < 160; x++)
            {
                if (At(pixels, x, y).Item1 < 200)
                {
                    ink++;
                    Assert.True(x >= 18 && x <= 22 + width && y >= 18 && y <= 22 + height, $"ink at ({x}, {y})");
                }
            }
        }

        Assert.True(ink > 50);
    }

    [Fact]
    public void SideBySideKeepsBothImages()
    {
        var left = new PixelBuffer(10, 4);
        var right = new PixelBuffer(5, 8);
        right.Data.Fill(9);
        var sheet = Canvas.SideBySide(left, right);
        Assert.Equal((17, 8), (sheet.Width, sheet.Height));
        Assert.Equal((0, 0, 0), At(sheet, 9, 3));
        Assert.Equal((9, 9, 9), At(sheet, 12, 7));
        Assert.Equal((255, 255, 255), At(sheet, 9, 7));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LegendListsEveryEntryInItsCorner(bool right)
    {
        using var canvas = new Canvas(300, 200, Color.White);
        canvas.Legend([("sky", new Color(0, 0, 255)), ("road", new Color(0, 255, 0))], right);
        var pixels = canvas.ToPixelBuffer();
        Assert.All(Enumerable.Range(0, 200), y => Assert.Equal((255, 255, 255), At(pixels, right ? 0 : 299, y)));
        var found = Enumerable.Range(0, 300 * 200).Select(i => At(pixels, i % 300, i / 300)).ToHashSet();
        Assert.Contains((255, 0, 0), found);
        Assert.Contains((0, 255, 0), found);
    }

    private static (int B, int G, int R) At(PixelBuffer pixels, int x, int y)
    {
        var row = pixels.Row(y);
        return (row[x * 3], row[(x * 3) + 1], row[(x * 3) + 2]);
    }
}
