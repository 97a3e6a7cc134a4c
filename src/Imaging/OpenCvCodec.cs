using OpenCvSharp;
using PPLCNet.Vision.Imaging.Headers;

namespace PPLCNet.Vision.Imaging;

/// <summary>The default codec: OpenCV's decoders, the fastest available.</summary>
internal sealed class OpenCvCodec : IImageCodec
{
    private static readonly Lazy<Exception?> _failure = new(TryLoad);

    /// <inheritdoc/>
    public string Name => "opencv";

    /// <summary>Why OpenCV's native library does not load on this machine; null where it does.</summary>
    public static Exception? LoadFailure => _failure.Value;

    /// <inheritdoc/>
    public PixelBuffer Decode(ReadOnlySpan<byte> encoded, string source, ImageLimits? limits = null)
    {
        var header = ImageHeader.Check(encoded, source, limits ?? ImageLimits.Default);
        if (header.Format == ImageFormat.Gif)
        {
            return ImageSharpCodec.DecodeChecked(encoded, source, header); // OpenCV is often built without GIF.
        }

        if (header.Format == ImageFormat.Png && PngHeader.ProfileChunk(encoded) is { } profile)
        {
            encoded = PngHeader.WithoutProfile(encoded, profile);
        }

        if (header.Format == ImageFormat.Tiff && TiffHeader.IsGrayWithAlpha(encoded))
        {
            throw new ImageException(
                ImageFault.Decode, $"'{source}': expected a TIFF image of a form that is read, found {TiffHeader.Form(encoded)}; RGB with alpha is read.");
        }

        try
        {
            var mode = header.HasAlpha ? ImreadModes.Unchanged : ImreadModes.Color | ImreadModes.IgnoreOrientation;
            using var mat = Cv2.ImDecode(encoded, mode);
            if (!mat.Empty())
            {
                TurnUpright(mat, header.Orientation);
                return header.HasAlpha ? OnGround(mat, header.Format) : mat.ToPixelBuffer();
            }

            if (header.Format == ImageFormat.Tiff)
            {
                return ImageSharpCodec.DecodeChecked(encoded, source, header); // 4 and 32 bits a sample
            }
        }
        catch (OpenCVException e)
        {
            throw new ImageException(ImageFault.Decode, $"'{source}': expected a {header.Format} image, found one that OpenCV refuses ({e.Message}).", e);
        }

        throw new ImageException(ImageFault.Decode, $"'{source}': expected a {header.Format} image, found {encoded.Length} bytes that do not decode.");
    }

    /// <inheritdoc/>
    public byte[] Encode(PixelView pixels, string extension)
    {
        ImageFile.CheckExtension(extension);
        ImageFile.CheckSize(extension, pixels.Width, pixels.Height);
        using var mat = pixels.ToMat();
        if (pixels.Format is PixelFormat.Rgb24 or PixelFormat.Rgba32)
        {
            Cv2.CvtColor(mat, mat, pixels.Format == PixelFormat.Rgb24 ? ColorConversionCodes.RGB2BGR : ColorConversionCodes.RGBA2BGRA);
        }

        var format = extension.Equals(".jfif", StringComparison.OrdinalIgnoreCase) ? ".jpg" : extension; // a JPEG by another name
        return ImageFile.CheckWritten(mat.ImEncode(format), format, pixels.Width, pixels.Height);
    }

    private static PixelBuffer OnGround(Mat mat, ImageFormat format)
    {
        if (mat.Depth() == MatType.CV_16U)
        {
            mat.ConvertTo(mat, MatType.MakeType(MatType.CV_8U, mat.Channels()), 1.0 / 257);
        }

        if (mat.Channels() == 4)
        {
            // libtiff multiplies colors by alpha itself.
            return Transparency.Lay(mat.ToPixelBuffer(), premultiplied: format == ImageFormat.Tiff);
        }

        if (mat.Channels() == 1)
        {
            Cv2.CvtColor(mat, mat, ColorConversionCodes.GRAY2BGR);
        }

        return mat.ToPixelBuffer();
    }

    private static void TurnUpright(Mat mat, int orientation)
    {
        // The same eight cases as in ExifOrientation, in OpenCV's own words: 0 flips rows, 1 columns, -1 both.
        if (orientation >= 5)
        {
            Cv2.Transpose(mat, mat);
        }

        FlipMode? flip = orientation switch
        {
            2 or 6 => FlipMode.Y,
            4 or 8 => FlipMode.X,
            3 or 7 => FlipMode.XY,
            _ => null,
        };
        if (flip is { } mode)
        {
            Cv2.Flip(mat, mat, mode);
        }
    }

    private static Exception? TryLoad()
    {
        try
        {
            using var mat = new Mat(1, 1, MatType.CV_8UC1);
            return mat.Empty() ? new DllNotFoundException("OpenCV's native library does not work.") : null;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException or OpenCvSharpException)
        {
            return e;
        }
    }
}
