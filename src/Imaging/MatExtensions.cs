using OpenCvSharp;

namespace PPLCNet.Vision.Imaging;

/// <summary>Images to and from OpenCV. Channels keep their order: OpenCV's functions expect blue, green, red.</summary>
public static class MatExtensions
{
    /// <summary>Copies an 8-bit matrix with 1, 3 or 4 channels.</summary>
    /// <exception cref="ArgumentException">Another depth or number of channels.</exception>
    public static unsafe PixelBuffer ToPixelBuffer(this Mat mat)
    {
        var type = mat.Type();
        var format = type == MatType.CV_8UC1 ? PixelFormat.Gray8
            : type == MatType.CV_8UC3 ? PixelFormat.Bgr24
            : type == MatType.CV_8UC4 ? PixelFormat.Bgra32
            : throw new ArgumentException($"Expected 8-bit pixels with 1, 3 or 4 channels, found {type}.", nameof(mat));
        var buffer = new PixelBuffer(mat.Cols, mat.Rows, format);
        for (var y = 0; y < buffer.Height; y++)
        {
            new ReadOnlySpan<byte>((void*)mat.Ptr(y), buffer.Stride).CopyTo(buffer.Row(y));
        }

        return buffer;
    }

    /// <summary>Copies an image into a matrix of its own.</summary>
    public static unsafe Mat ToMat(this PixelView pixels)
    {
        var type = pixels.Format.BytesPerPixel() switch { 1 => MatType.CV_8UC1, 3 => MatType.CV_8UC3, _ => MatType.CV_8UC4 };
        var mat = new Mat(pixels.Height, pixels.Width, type);
        for (var y = 0; y < pixels.Height; y++)
        {
            var row = pixels.Row(y);
            row.CopyTo(new Span<byte>((void*)mat.Ptr(y), row.Length));
        }

        return mat;
    }

    /// <summary>
    /// Copies an image as OpenCV's functions expect it: blue, green, red, or one gray channel; alpha is laid on a ground.
    /// </summary>
    public static Mat ToBgrMat(this PixelView pixels)
    {
        if (pixels.Format.HasAlpha())
        {
            return pixels.OnGround().View.ToMat();
        }

        var mat = pixels.ToMat();
        if (pixels.Format == PixelFormat.Rgb24)
        {
            Cv2.CvtColor(mat, mat, ColorConversionCodes.RGB2BGR);
        }

        return mat;
    }
}
