using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Ocr;

/// <summary>Draws what was read: the boxes on the image, and beside it the text where it stands.</summary>
internal static class OcrDrawing
{
    // Below this size text on the sheet cannot be read, so small images are drawn larger.
    private const int LeastLongSide = 1000;
    private const double FillOpacity = 0.22;

    /// <summary>Draws, with something under the lines, which is drawn at the scale that it is given.</summary>
    public static PixelBuffer Draw(OcrResult result, ImageSource image, Action<Canvas, float>? under = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var pixels = image.Open(out _);
        var scale = Math.Max(1, LeastLongSide / Math.Max(pixels.Width, pixels.Height));
        PixelView sheet = scale == 1 ? pixels : Enlarge(pixels, scale);
        using var left = new Canvas(sheet);
        under?.Invoke(left, scale);
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

    private static PixelBuffer Enlarge(PixelView image, int scale)
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
