using System.Text;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>What an image's header says, read without decoding.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Width">Stored pixels per row, before <paramref name="Orientation"/>.</param>
/// <param name="Height">Stored rows.</param>
/// <param name="Orientation">EXIF orientation, 1 (upright) to 8; 1 for TIFF, whose decoders apply it themselves.</param>
/// <param name="IsComplete">Whether the file reaches as far as its structure says.</param>
internal readonly record struct ImageHeader(ImageFormat Format, int Width, int Height, int Orientation, bool IsComplete)
{
    /// <summary>Passes over a JPEG's pixels; 0 for other formats.</summary>
    public int Scans { get; init; }

    /// <summary>Whether pixels may be transparent.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>
    /// Reads a header; null where the bytes begin like none of the formats, or are truncated inside the header.
    /// </summary>
    public static ImageHeader? TryRead(ReadOnlySpan<byte> encoded) =>
        JpegHeader.Matches(encoded) ? JpegHeader.TryRead(encoded)
        : PngHeader.Matches(encoded) ? PngHeader.TryRead(encoded)
        : WebPHeader.Matches(encoded) ? WebPHeader.TryRead(encoded)
        : GifHeader.Matches(encoded) ? GifHeader.TryRead(encoded)
        : TiffHeader.Matches(encoded) ? TiffHeader.TryRead(encoded)
        : BmpHeader.Matches(encoded) ? BmpHeader.TryRead(encoded)
        : null;

    /// <summary>Reads a header and checks it: known format, whole file, size within limits.</summary>
    /// <exception cref="ImageException">The bytes are not an image or are truncated, or the image exceeds
    /// <paramref name="limits"/>.</exception>
    public static ImageHeader Check(ReadOnlySpan<byte> encoded, string source, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (encoded.Length > limits.MaxBytes)
        {
            throw new ImageException(ImageFault.Limit, $"'{source}': expected at most {limits.MaxBytes} bytes, found {encoded.Length}.");
        }

        if (TryRead(encoded) is not { } header)
        {
            throw new ImageException(
                ImageFault.Decode, $"'{source}': expected a JPEG, PNG, BMP, WebP, TIFF or GIF image, found {encoded.Length} bytes{Beginning(encoded)}.");
        }

        if (header.Width < 1 || header.Height < 1)
        {
            throw new ImageException(ImageFault.Decode, $"'{source}': expected an image with pixels, found a {header.Format} header of {header.Width}x{header.Height}.");
        }

        if (header.Width > limits.MaxSide || header.Height > limits.MaxSide || (long)header.Width * header.Height > limits.MaxPixels)
        {
            throw new ImageException(
                ImageFault.Limit,
                $"'{source}': expected at most {limits.MaxPixels} pixels and {limits.MaxSide} a side, found {header.Width}x{header.Height}.");
        }

        if (header.Scans > limits.MaxScans)
        {
            throw new ImageException(ImageFault.Limit, $"'{source}': expected a JPEG of at most {limits.MaxScans} scans, found {header.Scans}.");
        }

        return header.IsComplete
            ? header
            : throw new ImageException(ImageFault.Decode, $"'{source}': expected a whole {header.Format} file, found {encoded.Length} bytes that break off.");
    }

    private static string Beginning(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
        {
            return "";
        }

        var start = encoded[..Math.Min(16, encoded.Length)];
        foreach (var b in start)
        {
            if (b is < 0x20 or > 0x7E)
            {
                return " that begin with " + Convert.ToHexString(start[..Math.Min(4, start.Length)]);
            }
        }

        return $" that begin with \"{Encoding.ASCII.GetString(start)}\"";
    }
}
