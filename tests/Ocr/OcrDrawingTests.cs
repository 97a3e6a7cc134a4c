using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Tests.Ocr;

public sealed class OcrDrawingTests
{
    private static readonly Quad _quad = new(new(10, 10), new(90, 10), new(90, 40), new(10, 40));

    [Theory]
    [InlineData("text", 1200, 2)]
    [InlineData("", 1200, 1)]
    [InlineData("text", 100, 20)]
    public void Text_stands_beside_the_image_and_small_images_are_enlarged(string text, int width, int factor)
    {
        var image = new PixelBuffer(width, 100);
        var drawn = new OcrResult([new OcrLine(text, 1, _quad, [])], 0, default).Draw(image);
        Assert.InRange(drawn.Width, width * factor, (width * factor) + (text.Length > 0 ? 8 : 0)); // a gap between the sheets
        Assert.Equal(width < 1000 ? 1000 : 100, drawn.Height);

        // The sheet on the right is white, the image on the left black but for the line.
        Assert.Equal(text.Length > 0 ? 255 : 0, drawn.Row(drawn.Height - 1)[^1]);
        Assert.Equal(0, drawn.Row(drawn.Height - 1)[0]);
        var middle = (drawn.Height == 100 ? 1 : 10) * 25;
        Assert.NotEqual(0, drawn.Row(middle).ToArray().Take(3 * 50 * (drawn.Height / 100)).Max());
    }
}
