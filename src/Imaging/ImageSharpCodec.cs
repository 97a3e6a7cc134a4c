using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging.Headers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace PPLCNet.Vision.Imaging;

/// <summary>The managed codec, for machines where OpenCV's native library does not load: slower, without native code.</summary>
internal sealed class ImageSharpCodec : IImageCodec
{
    /// <inheritdoc/>
    public string Name => "imagesharp";

    /// <inheritdoc/>
    public PixelBuffer Decode(ReadOnlySpan<byte> encoded, string source, ImageLimits? limits = null)
    {
        var header = ImageHeader.Check(encoded, source, limits ?? ImageLimits.Default);
        return DecodeChecked(encoded, source, header);
    }

    /// <summary>Decodes what <see cref="ImageHeader.Check"/> let pass.</summary>
    internal static PixelBuffer DecodeChecked(ReadOnlySpan<byte> encoded, string source, ImageHeader header)
    {
        try
        {
            if (header.Format == ImageFormat.WebP && WebPHeader.FirstFrame(encoded) is { } frame)
            {
                return OnCanvas(frame.Still, frame.X, frame.Y, source, header);
            }

            // libtiff turns its images upright by itself; ImageSharp does not.
            var orientation = header.Format == ImageFormat.Tiff ? TiffHeader.Orientation(encoded) : header.Orientation;
            var decoder = Decoder(header.Format);
            return ExifOrientation.Apply(header.HasAlpha ? OnGround(encoded, decoder) : Opaque(encoded, decoder), orientation);
        }
        catch (Exception e) when (header.Format == ImageFormat.Tiff && e is NotSupportedException or ImageFormatException)
        {
            throw new ImageException(
                ImageFault.Decode, $"'{source}': expected a TIFF image of a form that is read, found {TiffHeader.Form(encoded)} ({e.Message}).", e);
        }
        catch (Exception e) when (ForeignData.IsFaultOfContent(e))
        {
            // Broken files make its decoders fail in many ways; all of them mean the same.
            throw new ImageException(ImageFault.Decode, $"'{source}': expected a {header.Format} image, found one that does not decode ({e.Message}).", e);
        }
    }

    /// <summary>A frame of an animation may be smaller than its canvas.</summary>
    private static PixelBuffer OnCanvas(byte[] still, int x, int y, string source, ImageHeader canvas)
    {
        if (ImageHeader.TryRead(still) is not { } frame || x + (long)frame.Width > canvas.Width || y + (long)frame.Height > canvas.Height)
        {
            throw new ImageException(ImageFault.Decode, $"'{source}': expected a first frame inside {canvas.Width}x{canvas.Height}, found another.");
        }

        using var image = Image.Load<Bgr24>(still, new WebpDecoder());
        var pixels = image.ToPixelBuffer();
        var whole = new PixelBuffer(canvas.Width, canvas.Height);
        for (var row = 0; row < pixels.Height; row++)
        {
            pixels.Row(row).CopyTo(whole.Row(y + row)[(x * 3)..]);
        }

        return ExifOrientation.Apply(whole, canvas.Orientation);
    }

    /// <summary>Of several frames or pages only the first is decoded: a file of thousands must not fill the memory.</summary>
    private static IImageDecoder Decoder(ImageFormat format) => format switch
    {
        ImageFormat.Gif => new GifDecoder { DecodingMode = FrameDecodingMode.First },
        ImageFormat.Tiff => new TiffDecoder { DecodingMode = FrameDecodingMode.First },
        ImageFormat.WebP => new WebpDecoder(),
        ImageFormat.Bmp => new BmpDecoder(),
        ImageFormat.Png => new PngDecoder(),
        _ => new JpegDecoder(),
    };

    /// <inheritdoc/>
    public byte[] Encode(PixelView pixels, string extension)
    {
        ImageFile.CheckExtension(extension);
        ImageFile.CheckSize(extension, pixels.Width, pixels.Height);
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
        return ImageFile.CheckWritten(stream.ToArray(), extension, pixels.Width, pixels.Height);
    }

    private static PixelBuffer Opaque(ReadOnlySpan<byte> encoded, IImageDecoder decoder)
    {
        using var image = Image.Load<Bgr24>(encoded, decoder);
        return image.ToPixelBuffer();
    }

    private static PixelBuffer OnGround(ReadOnlySpan<byte> encoded, IImageDecoder decoder)
    {
        using var image = Image.Load<Bgra32>(encoded, decoder);
        return image.ToPixelBuffer().View.OnGround();
    }
}
