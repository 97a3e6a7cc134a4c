using OpenCvSharp;

namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>OpenCV's resize, for the methods that the fused kernel does not cover.</summary>
internal static class OpenCvResizer
{
    /// <summary>Scales an image; <paramref name="resized"/> receives the pixels in the same format.</summary>
    public static unsafe void Run(PixelView source, int width, int height, Interpolation interpolation, Mat resized)
    {
        var type = source.Format.BytesPerPixel() switch { 1 => MatType.CV_8UC1, 3 => MatType.CV_8UC3, _ => MatType.CV_8UC4 };
        fixed (byte* data = source.Data)
        {
            using var mat = Mat.FromPixelData(source.Height, source.Width, type, (nint)data, source.Stride);
            Cv2.Resize(mat, resized, new Size(width, height), 0, 0, interpolation switch
            {
                Interpolation.Bilinear => InterpolationFlags.Linear,
                Interpolation.Bicubic => InterpolationFlags.Cubic,
                Interpolation.Area => InterpolationFlags.Area,
                Interpolation.Lanczos => InterpolationFlags.Lanczos4,
                _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "Unknown interpolation."),
            });
        }
    }
}
