using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Drawing;

/// <content>Regions pixel by pixel, and panels side by side.</content>
public sealed partial class Canvas
{
    /// <summary>Tints every pixel by its class.</summary>
    /// <param name="classes">One class id per pixel, row after row; <see cref="Width"/> times <see cref="Height"/> of
    /// them.</param>
    /// <param name="colors">Color of each class id; ids beyond the list and colors with <see cref="Color.A"/> 0 stay
    /// untinted.</param>
    /// <param name="opacity">0 (image only) to 1 (colors only).</param>
    /// <exception cref="ArgumentException"><paramref name="classes"/> has another length.</exception>
    public unsafe void Tint(ReadOnlySpan<byte> classes, IReadOnlyList<Color> colors, double opacity = 0.5)
    {
        if (classes.Length != Width * Height)
        {
            throw new ArgumentException($"Expected {Width * Height} class ids, found {classes.Length}.", nameof(classes));
        }

        // [256, B G R weight]; weights of 256 so that blending is a shift.
        Span<int> table = stackalloc int[256 * 4];
        for (var id = 0; id < Math.Min(256, colors.Count); id++)
        {
            var weight = (int)Math.Round(opacity * colors[id].A * 256 / 255);
            (table[id * 4], table[(id * 4) + 1], table[(id * 4) + 2], table[(id * 4) + 3]) =
                (colors[id].B * weight, colors[id].G * weight, colors[id].R * weight, 256 - weight);
        }

        for (var id = colors.Count; id < 256; id++)
        {
            table[(id * 4) + 3] = 256;
        }

        _canvas.Flush();
        var start = (byte*)_bitmap.GetPixels();
        for (var y = 0; y < Height; y++)
        {
            var row = new Span<byte>(start + ((long)y * _bitmap.RowBytes), Width * 4);
            var ids = classes.Slice(y * Width, Width);
            for (var x = 0; x < ids.Length; x++)
            {
                var entry = table.Slice(ids[x] * 4, 4);
                var pixel = row.Slice(x * 4, 3);
                pixel[0] = (byte)(((pixel[0] * entry[3]) + entry[0] + 128) >> 8);
                pixel[1] = (byte)(((pixel[1] * entry[3]) + entry[1] + 128) >> 8);
                pixel[2] = (byte)(((pixel[2] * entry[3]) + entry[2] + 128) >> 8);
            }
        }

        _bitmap.NotifyPixelsChanged();
    }

    /// <summary>Two images beside each other on white, tops aligned.</summary>
    public static PixelBuffer SideBySide(PixelView left, PixelView right)
    {
        var gap = Math.Max(2, left.Width / 200);
        var sheet = new PixelBuffer(left.Width + gap + right.Width, Math.Max(left.Height, right.Height));
        sheet.Data.Fill(255);
        Paste(sheet, left, 0);
        Paste(sheet, right, left.Width + gap);
        return sheet;
    }

    private static void Paste(PixelBuffer sheet, PixelView image, int x0)
    {
        var (red, green, blue) = image.Format.ChannelOffsets();
        var step = image.Format.BytesPerPixel();
        for (var y = 0; y < image.Height; y++)
        {
            var from = image.Row(y);
            var to = sheet.Row(y)[(x0 * 3)..];
            for (int x = 0, i = 0; i < from.Length; x += 3, i += step)
            {
                (to[x], to[x + 1], to[x + 2]) = (from[i + blue], from[i + green], from[i + red]);
            }
        }
    }
}
