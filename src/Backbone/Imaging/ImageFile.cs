namespace PPLCNet.Vision.Backbone.Imaging;

/// <summary>Reads and writes pictures with the best codec of this machine. Safe to use from several threads.</summary>
public static class ImageFile
{
    /// <summary>Extensions of the pictures that are read, lower case with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"];

    /// <summary>Reads a picture file: <see cref="PixelFormat.Bgr24"/>, EXIF orientation applied.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageException">It is no picture, a broken one, or larger than <paramref name="limits"/> allow.</exception>
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

    /// <summary>Decodes a picture from memory: <see cref="PixelFormat.Bgr24"/>, EXIF orientation applied.</summary>
    /// <param name="encoded">JPEG, PNG, BMP, WebP or TIFF bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <param name="limits">Sizes above which the picture is refused.</param>
    /// <exception cref="ImageException">It is no picture, a broken one, or larger than <paramref name="limits"/> allow.</exception>
    public static PixelBuffer Decode(ReadOnlySpan<byte> encoded, string source = "image", ImageLimits? limits = null) =>
        ImageCodecs.Default.Decode(encoded, source);

    /// <summary>Writes a picture; the extension of <paramref name="path"/> chooses the format.</summary>
    public static void Write(string path, PixelView pixels) =>
        File.WriteAllBytes(path, ImageCodecs.Default.Encode(pixels, Path.GetExtension(path)));
}
