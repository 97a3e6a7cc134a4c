namespace PPLCNet.Vision.Imaging;

/// <summary>Lays transparent images on a ground, so that what people see is what a network sees.</summary>
/// <remarks>
/// Colors under transparent pixels are arbitrary, so dropping the alpha channel shows what nobody drew. The ground is the one
/// that the
/// visible pixels stand out from: white where they are dark on average, else black.
/// </remarks>
internal static class Transparency
{
    /// <summary>
    /// Lays an image with alpha on white or black; an image without alpha, or without a visible pixel, keeps its colors.
    /// </summary>
    /// <param name="pixels">Any format; alpha is not premultiplied.</param>
    /// <returns>
    /// A copy as <see cref="PixelFormat.Bgr24"/>; <see cref="PixelFormat.Gray8"/> and <see cref="PixelFormat.Rgb24"/> keep
    /// their format.
    /// </returns>
    public static PixelBuffer OnGround(this PixelView pixels) =>
        pixels.Format.HasAlpha() ? Lay(pixels, premultiplied: false) : pixels.ToBuffer();

    /// <summary>Whether a format has an alpha channel.</summary>
    public static bool HasAlpha(this PixelFormat format) => format is PixelFormat.Bgra32 or PixelFormat.Rgba32;

    /// <summary>Lays an image with alpha on a ground.</summary>
    /// <param name="pixels">Four channels.</param>
    /// <param name="premultiplied">Whether colors are multiplied by alpha already, as libtiff hands them out.</param>
    internal static PixelBuffer Lay(PixelView pixels, bool premultiplied)
    {
        var (red, green, blue) = pixels.Format.ChannelOffsets();
        var ground = Ground(pixels, premultiplied);
        var laid = new PixelBuffer(pixels.Width, pixels.Height);
        for (var y = 0; y < laid.Height; y++)
        {
            var from = pixels.Row(y);
            var to = laid.Row(y);
            for (int x = 0, at = 0; at < from.Length; x += 3, at += 4)
            {
                var alpha = ground is null ? 255 : from[at + 3];
                var under = (255 - alpha) * (ground ?? 0);
                to[x] = Mix(from[at + blue], alpha, under, premultiplied);
                to[x + 1] = Mix(from[at + green], alpha, under, premultiplied);
                to[x + 2] = Mix(from[at + red], alpha, under, premultiplied);
            }
        }

        return laid;
    }

    private static byte Mix(byte value, int alpha, int under, bool premultiplied) =>
        (byte)Math.Min(255, ((premultiplied ? value * 255 : value * alpha) + under + 127) / 255);

    /// <summary>White or black, whichever is farther from the mean of the visible pixels; null where none is visible.</summary>
    private static int? Ground(PixelView pixels, bool premultiplied)
    {
        var (sum, visible) = (0L, 0L);
        for (var y = 0; y < pixels.Height; y++)
        {
            var row = pixels.Row(y);
            for (var at = 0; at < row.Length; at += 4)
            {
                var alpha = row[at + 3];
                var light = row[at] + row[at + 1] + row[at + 2];
                sum += premultiplied ? light * 255L : light * alpha;
                visible += alpha;
            }
        }

        return visible == 0 ? null : sum < visible * 3 * 128 ? 255 : 0;
    }
}
