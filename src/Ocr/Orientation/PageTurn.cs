using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Ocr.Orientation;

/// <summary>Turns a page upright and maps its points back.</summary>
internal static class PageTurn
{
    /// <summary>Undoes a clockwise turn.</summary>
    /// <returns>Blue, green, red, or gray.</returns>
    public static PixelBuffer Upright(PixelView page, int degrees)
    {
        using var mat = page.ToBgrMat();
        Cv2.Rotate(mat, mat, degrees switch
        {
            90 => RotateFlags.Rotate90Counterclockwise,
            180 => RotateFlags.Rotate180,
            _ => RotateFlags.Rotate90Clockwise,
        });
        return mat.ToPixelBuffer();
    }

    /// <summary>
    /// Takes a point of the upright page back to the page of <paramref name="width"/> x <paramref name="height"/> it came
    /// from.
    /// </summary>
    public static Vector2 ToSource(Vector2 point, int degrees, int width, int height) => degrees switch
    {
        90 => new Vector2(width - point.Y, point.X),
        180 => new Vector2(width - point.X, height - point.Y),
        270 => new Vector2(point.Y, height - point.X),
        _ => point,
    };
}
