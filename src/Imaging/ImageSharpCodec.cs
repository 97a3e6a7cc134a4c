using PPLCNet.Vision.Imaging.Headers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace PPLCNet.Vision.Imaging;

/// <summary>The managed codec, for machines where OpenCV's native library does not load: slower, without native code.</summary>
public sealed class ImageSharpCodec : IImageCodec
{
    /// <inheritdoc/>
    public string Name => "imagesharp";

    /// <inheritdoc/>
    public PixelBuffer Decode(ReadOnlySpan<byte> encoded, string source, ImageLimits? limits = null)
    {
        var header = ImageHeader.Check(encoded, source, limits ?? ImageLimits.Default);
        try
        {
            return ExifOrientation.Apply(header.HasAlpha ? OnGround(encoded) : Opaque(encoded), header.Orientation);
        }
        catch (Exception e) when (e is ImageFormatException or InvalidImageContentException or UnknownImageFormatException or NotSupportedException
            or ArgumentException or IndexOutOfRangeException or NullReferenceException or OverflowException)
        {
            // Broken files make its decoders fail in many ways; all of them mean the same.
            throw new ImageException(ImageFault.Decode, $"'{source}': expected a {header.Format} image, found one that does not decode ({e.Message}).", e);
        }
    }

    /// <inheritdoc/>
    public byte[] Encode(PixelView pixels, string extension)
    {
        ImageFile.CheckExtension(extension);
        IImageEncoder encoder = extension.ToLowerInvariant() switch
        {
            ".png" => new PngEncoder(),
            ".bmp" => new BmpEncoder(),
            ".webp" => new WebpEncoder { FileFormat = WebpFileFormatType.Lossless },
            ".tif" or ".tiff" => new TiffEncoder(),
            _ => new JpegEncoder { Quality = 95 },
        };
        using var image = pixels.ToImage();
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    private static PixelBuffer Opaque(ReadOnlySpan<byte> encoded)
    {
        using var image = Image.Load<Bgr24>(encoded);
        return image.ToPixelBuffer();
    }

    private static PixelBuffer OnGround(ReadOnlySpan<byte> encoded)
    {
        using var image = Image.Load<Bgra32>(encoded);
        return image.ToPixelBuffer().View.OnGround();
    }
}
