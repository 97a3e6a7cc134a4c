using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Server.Models;

/// <summary>Images for the first runs of a model, which take several times as long as those that follow.</summary>
internal static class WarmUp
{
    private static readonly Lazy<IReadOnlyList<PixelBuffer>> _images = new(() => [Draw(640, 480), Draw(1000, 320)]);

    /// <summary>An image with text in it.</summary>
    public static PixelBuffer Image => _images.Value[0];

    /// <summary>Images of two sizes, for models whose input follows the image.</summary>
    public static IReadOnlyList<PixelBuffer> Images => _images.Value;

    private static PixelBuffer Draw(int width, int height)
    {
        using var canvas = new Canvas(width, height, Color.White);
        for (var i = 0; i < 4; i++)
        {
            canvas.Label(20, 60 + (i * height / 5), $"Warm-up line {i + 1} of the server", Color.ForClass(i));
        }

        return canvas.ToPixelBuffer();
    }
}
