using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging.Headers;

namespace PPLCNet.Vision.Imaging;

/// <summary>Reads and writes images with the best codec of this machine. Safe to use from several threads.</summary>
public static class ImageFile
{
    /// <summary>Extensions of the images that are read, lower case with the dot.</summary>
    public static IReadOnlyList<string> Extensions => ImageExtensions.Read;

    /// <summary>Extensions of the images that are written, lower case with the dot.</summary>
    public static IReadOnlyList<string> WrittenExtensions => ImageExtensions.Written;

    /// <summary>
    /// The images below a folder by ordinal order of their names, and among them the folders that could not be read.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    internal static IReadOnlyList<FileTreeEntry> Find(string folder) => FileTree.Find(folder, Extensions);

    /// <summary>
    /// Reads an image file: <see cref="PixelFormat.Bgr24"/>, EXIF orientation applied; of several pages or frames the first.
    /// </summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="SpecialFileException">The path names a pipe, a device, a socket or a folder.</exception>
    /// <exception cref="ImageException">It is not an image, is corrupt or truncated, or exceeds
    /// <paramref name="limits"/>.</exception>
    public static PixelBuffer Read(string path, ImageLimits? limits = null) => Read(path, out _, limits);

    /// <summary>Reads an image file and tells how many pages or frames it has, of which only the first is read.</summary>
    /// <inheritdoc cref="Read(string, ImageLimits?)"/>
    public static PixelBuffer Read(string path, out int frames, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        if (!InputFile.TryReadAllBytes(path, limits.MaxBytes, out var bytes))
        {
            throw new ImageException(ImageFault.Limit, $"'{path}': expected at most {limits.MaxBytes} bytes, found more.");
        }

        frames = ImageFrames.Count(bytes);
        return Decode(bytes, path, limits);
    }

    /// <summary>Decodes an image from memory: <see cref="PixelFormat.Bgr24"/>, EXIF orientation applied.</summary>
    /// <param name="encoded">JPEG, PNG, BMP, WebP or TIFF bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <param name="limits">Sizes above which the image is refused.</param>
    /// <exception cref="ImageException">It is not an image, is corrupt or truncated, or exceeds
    /// <paramref name="limits"/>.</exception>
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

    /// <summary>
    /// Writes an image; the extension of <paramref name="path"/> chooses the format. The file appears whole or not at all.
    /// </summary>
    /// <exception cref="ArgumentException">The extension is none of <see cref="WrittenExtensions"/>.</exception>
    /// <exception cref="ImageException">The format cannot hold an image of this size.</exception>
    public static void Write(string path, PixelView pixels) =>
        AtomicFile.WriteAllBytes(path, ImageCodecs.Default.Encode(pixels, Path.GetExtension(path)));

    /// <summary>Fails where images cannot be written with an extension.</summary>
    /// <exception cref="ArgumentException">The extension is none that is written.</exception>
    public static void CheckExtension(string extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        if (!WrittenExtensions.Contains(extension.ToLowerInvariant()))
        {
            throw new ArgumentException($"Expected one of {string.Join(' ', WrittenExtensions)}, found '{extension}'.", nameof(extension));
        }
    }

    /// <summary>Fails where a format cannot hold the size: encoders leave an empty file instead of saying so.</summary>
    internal static void CheckSize(string extension, int width, int height)
    {
        var most = extension.ToLowerInvariant() switch { ".webp" => 16_383, ".jpg" or ".jpeg" => 65_500, _ => int.MaxValue };
        if (width > most || height > most)
        {
            throw new ImageException(
                ImageFault.Limit, $"expected an image of at most {most} pixels per side for '{extension}', found {width}x{height}.");
        }
    }

    internal static byte[] CheckWritten(byte[] encoded, string extension, int width, int height) => encoded.Length > 0
        ? encoded
        : throw new ImageException(ImageFault.Limit, $"expected an encoder for '{extension}' that takes {width}x{height} pixels, found one that wrote nothing.");
}
