using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Documents;

/// <summary>Draws what was read: the boxes on the image, and beside it the text where it stands.</summary>
internal static class PageDrawing
{
    // Below this size text on the sheet cannot be read, so small images are drawn larger.
    private const int LeastLongSide = 1000;
    private const double FillOpacity = 0.22;

    /// <summary>Draws; without any text (detection only), the boxes alone. Regions of a layout are framed and named.</summary>
    /// <param name="page">What was read.</param>
    /// <param name="image">The image in which it was read.</param>
    public static PixelBuffer Draw(this PageReading page, PixelBuffer image)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(image);
        var (result, regions) = (page.Text, page.Regions);
        var scale = Math.Max(1, LeastLongSide / Math.Max(image.Width, image.Height));
        var sheet = scale == 1 ? image : Enlarge(image, scale);
        using var left = new Canvas(sheet);
        foreach (var region in regions)
        {
            var box = region.Box;
            var color = Color.ForClass(region.ClassId);
            left.Box(box.X0 * scale, box.Y0 * scale, box.X1 * scale, box.Y1 * scale, color);

            // At the right end, where the line above is less likely to have text.
            var tag = (box.X1 * scale) - left.Measure(region.Class) - (left.TextSize / 2);
            left.Label(Math.Max(0, tag), box.Y0 * scale, region.Class, color);
        }

        for (var i = 0; i < result.Lines.Count; i++)
        {
            var color = Color.ForClass(i);
            var corners = result.Lines[i].Quad.Map(p => p * scale).ToArray();
            left.Fill(corners, color.WithOpacity(FillOpacity));
            left.Polygon(corners, color);
            foreach (var word in result.Lines[i].Words)
            {
                left.Polygon(word.Quad.Map(p => p * scale).ToArray(), color.WithOpacity(0.8));
            }
        }

        if (result.Lines.All(l => l.Text.Length == 0))
        {
            return left.ToPixelBuffer();
        }

        using var right = new Canvas(sheet.Width, sheet.Height, Color.White);
        for (var i = 0; i < result.Lines.Count; i++)
        {
            var line = result.Lines[i];
            var corners = line.Quad.Map(p => p * scale).ToArray();
            right.Fill(corners, Color.ForClass(i).WithOpacity(FillOpacity));
            right.TextIn(corners, line.Text, Color.Black);
        }

        return Canvas.SideBySide(left.ToPixelBuffer(), right.ToPixelBuffer());
    }

    private static PixelBuffer Enlarge(PixelBuffer image, int scale)
    {
        var large = new PixelBuffer(image.Width * scale, image.Height * scale, image.Format);
        var bytes = image.Format.BytesPerPixel();
        for (var y = 0; y < large.Height; y++)
        {
            var from = image.Row(y / scale);
            var to = large.Row(y);
            for (var x = 0; x < large.Width; x++)
            {
                from.Slice(x / scale * bytes, bytes).CopyTo(to[(x * bytes)..]);
            }
        }

        return large;
    }
}
