using OpenCvSharp;

namespace PPLCNet.Vision.Backbone.Imaging;

/// <summary>The default codec: OpenCV's decoders, the fastest at hand.</summary>
public sealed class OpenCvCodec : IImageCodec
{
    /// <inheritdoc/>
    public string Name => "opencv";

    /// <inheritdoc/>
    public PixelBuffer Decode(ReadOnlySpan<byte> encoded, string source)
    {
        if (encoded.IsEmpty)
        {
            throw new ImageException(ImageFault.Decode, $"'{source}': expected a picture, found 0 bytes.");
        }

        using var mat = Cv2.ImDecode(encoded, ImreadModes.Color);
        if (mat.Empty())
        {
            throw new ImageException(ImageFault.Decode, $"'{source}': expected a JPEG, PNG, BMP, WebP or TIFF picture, found {encoded.Length} bytes that are none.");
        }

        return mat.ToPixelBuffer();
    }

    /// <inheritdoc/>
    public byte[] Encode(PixelView pixels, string extension)
    {
        using var mat = pixels.ToMat();
        return mat.ImEncode(extension);
    }
}
