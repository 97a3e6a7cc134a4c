namespace PPLCNet.Vision.Imaging;

/// <summary>Reads and writes images with the best codec of this machine. Safe to use from several threads.</summary>
public static class ImageFile
{
    /// <summary>Extensions of the images that are read, lower case with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".webp", ".tif", ".tiff"];

    /// <summary>Reads an image file: <see cref="PixelFormat.Bgr24"/>, EXIF orientation applied.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageException">It is no image, a broken or truncated one, or larger than <paramref name="limits"/> allow.</exception>
    public static PixelBuffer Read(string path, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        var length = new FileInfo(path).Length;
        if (length > limits.MaxBytes)
        {
            throw new ImageException(ImageFault.Limit, $"'{path}': expected at most {limits.MaxBytes} bytes, found {length}.");
        }

        return Decode(File.ReadAllBytes(path), path, limits);
    }

    /// <summary>Decodes an image from memory: <see cref="PixelFormat.Bgr24"/>, EXIF orientation applied.</summary>
    /// <param name="encoded">JPEG, PNG, BMP, WebP or TIFF bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <param name="limits">Sizes above which the image is refused.</param>
    /// <exception cref="ImageException">It is no image, a broken or truncated one, or larger than <paramref name="limits"/> allow.</exception>
    public static PixelBuffer Decode(ReadOnlySpan<byte> encoded, string source = "image", ImageLimits? limits = null) =>
        ImageCodecs.Default.Decode(encoded, source, limits);

    /// <summary>Decodes an image from a stream, read to its end or to the limit.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string, ImageLimits?)"/>
    public static PixelBuffer Decode(Stream encoded, string source = "image", ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        limits ??= ImageLimits.Default;
        using var memory = new MemoryStream();
        var chunk = new byte[81920];
        for (int read; (read = encoded.Read(chunk)) > 0;)
        {
            if (memory.Length + read > limits.MaxBytes)
            {
                throw new ImageException(ImageFault.Limit, $"'{source}': expected at most {limits.MaxBytes} bytes, found more.");
            }

            memory.Write(chunk, 0, read);
        }

        return Decode(memory.GetBuffer().AsSpan(0, (int)memory.Length), source, limits);
    }

    /// <summary>Writes an image; the extension of <paramref name="path"/> chooses the format.</summary>
    /// <exception cref="ArgumentException">The extension is none of <see cref="Extensions"/>.</exception>
    public static void Write(string path, PixelView pixels) =>
        File.WriteAllBytes(path, ImageCodecs.Default.Encode(pixels, Path.GetExtension(path)));

    internal static void CheckExtension(string extension)
    {
        if (!Extensions.Contains(extension.ToLowerInvariant()))
        {
            throw new ArgumentException($"Expected one of {string.Join(' ', Extensions)}, found '{extension}'.", nameof(extension));
        }
    }
}
