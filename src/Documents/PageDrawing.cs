using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Documents;

/// <summary>Draws a page that was read: its regions framed and named, then the lines.</summary>
internal static class PageDrawing
{
    /// <summary>The image with regions and lines, and beside it the text.</summary>
    /// <param name="page">What was read.</param>
    /// <param name="image">The image in which it was read; small ones are enlarged.</param>
    public static PixelBuffer Draw(PageReading page, ImageSource image)
    {
        ArgumentNullException.ThrowIfNull(page);
        return OcrDrawing.Draw(page.Text, image, (canvas, scale) => DrawRegions(page, canvas, scale));
    }

    private static void DrawRegions(PageReading page, Canvas canvas, float scale)
    {
        foreach (var region in page.Regions)
        {
            var box = region.Box;
            var color = Color.ForClass(region.ClassId);
            canvas.Box(box.X0 * scale, box.Y0 * scale, box.X1 * scale, box.Y1 * scale, color);

            // At the right end, where the line above is less likely to have text.
            var tag = (box.X1 * scale) - canvas.Measure(region.Class) - (canvas.TextSize / 2);
            canvas.Label(Math.Max(0, tag), box.Y0 * scale, region.Class, color);
        }
    }
}
