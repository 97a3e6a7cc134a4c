namespace PPLCNet.Vision.Imaging;

/// <summary>Order and number of the 8-bit channels of one pixel.</summary>
public enum PixelFormat
{
    /// <summary>One gray channel.</summary>
    Gray8,

    /// <summary>Blue, green, red: what OpenCV decodes to, and the format every codec here returns.</summary>
    Bgr24,

    /// <summary>Red, green, blue.</summary>
    Rgb24,

    /// <summary>Blue, green, red, alpha.</summary>
    Bgra32,

    /// <summary>Red, green, blue, alpha.</summary>
    Rgba32,
}

/// <summary>Facts about a <see cref="PixelFormat"/>.</summary>
internal static class PixelFormatExtensions
{
    /// <summary>Bytes of one pixel: 1, 3 or 4.</summary>
    public static int BytesPerPixel(this PixelFormat format) => format switch
    {
        PixelFormat.Gray8 => 1,
        PixelFormat.Bgr24 or PixelFormat.Rgb24 => 3,
        PixelFormat.Bgra32 or PixelFormat.Rgba32 => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown pixel format."),
    };

    /// <summary>Byte offsets of red, green and blue inside one pixel.</summary>
    internal static (int Red, int Green, int Blue) ChannelOffsets(this PixelFormat format) => format switch
    {
        PixelFormat.Gray8 => (0, 0, 0),
        PixelFormat.Bgr24 or PixelFormat.Bgra32 => (2, 1, 0),
        _ => (0, 1, 2),
    };
}
