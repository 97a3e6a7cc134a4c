using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.PixelFormats;

namespace PPLCNet.Vision.Imaging;

/// <summary>Images to and from ImageSharp's in-memory images; colors keep their meaning.</summary>
public static class ImageSharpExtensions
{
    /// <summary>Copies an image.</summary>
    public static PixelBuffer ToPixelBuffer(this Image<Rgb24> image) => Copy(image, PixelFormat.Rgb24);

    /// <summary>Copies an image.</summary>
    public static PixelBuffer ToPixelBuffer(this Image<Bgr24> image) => Copy(image, PixelFormat.Bgr24);

    /// <summary>Copies an image with its alpha channel.</summary>
    public static PixelBuffer ToPixelBuffer(this Image<Bgra32> image) => Copy(image, PixelFormat.Bgra32);

    /// <summary>Copies an image with its alpha channel.</summary>
    public static PixelBuffer ToPixelBuffer(this Image<Rgba32> image) => Copy(image, PixelFormat.Rgba32);

    /// <summary>Copies an image into an image; transparency is dropped.</summary>
    public static Image<Rgb24> ToImage(this PixelView pixels)
    {
        var image = new Image<Rgb24>(pixels.Width, pixels.Height);
        var (red, green, blue) = pixels.Format.ChannelOffsets();
        var step = pixels.Format.BytesPerPixel();
        for (var y = 0; y < pixels.Height; y++)
        {
            var from = pixels.Row(y);
            var to = image.DangerousGetPixelRowMemory(y).Span;
            for (var x = 0; x < to.Length; x++)
            {
                var pixel = from.Slice(x * step, step);
                to[x] = new Rgb24(pixel[red], pixel[green], pixel[blue]);
            }
        }

        return image;
    }

    private static PixelBuffer Copy<T>(Image<T> image, PixelFormat format)
        where T : unmanaged, IPixel<T>
    {
        ArgumentNullException.ThrowIfNull(image);
        var buffer = new PixelBuffer(image.Width, image.Height, format);
        image.CopyPixelDataTo(MemoryMarshal.Cast<byte, T>(buffer.Data));
        return buffer;
    }
}
