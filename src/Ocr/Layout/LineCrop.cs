using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Ocr.Layout;

/// <summary>One text line cut out of an image and straightened, with the way back.</summary>
internal sealed class LineCrop
{
    private readonly Homography _toImage;
    private readonly int _unturnedWidth;

    private LineCrop(PixelBuffer pixels, Quad quad, Homography toImage, int unturnedWidth, bool isVertical, bool isTurned)
    {
        Pixels = pixels;
        Quad = quad;
        _toImage = toImage;
        _unturnedWidth = unturnedWidth;
        IsVertical = isVertical;
        IsTurned = isTurned;
    }

    /// <summary>The straightened line.</summary>
    public PixelBuffer Pixels { get; }

    /// <summary>Where it stands in the image.</summary>
    public Quad Quad { get; }

    /// <summary>Whether the box was at least 1.5 times as tall as wide, and so turned by a quarter.</summary>
    public bool IsVertical { get; }

    /// <summary>Whether the line was turned by 180 degrees.</summary>
    public bool IsTurned { get; }

    /// <summary>
    /// Cuts a line out: bicubic, the border repeated, boxes at least 1.5 times as tall as wide turned counter-clockwise.
    /// </summary>
    /// <param name="image">Blue, green, red, or gray (<see cref="MatExtensions.ToBgrMat"/>).</param>
    /// <param name="quad">Its corners.</param>
    /// <returns>The line, or null where the quad has no area or is not convex, as boxes cut off by the border can be.</returns>
    public static LineCrop? Cut(Mat image, Quad quad)
    {
        var (width, height) = ((int)quad.Width, (int)quad.Height);
        if (width < 1 || height < 1 || Polygon.Area(quad.ToArray()) < 1 || !quad.IsConvex())
        {
            return null;
        }

        using var line = QuadWarp.Run(image, quad, width, height);
        var isVertical = height >= QuadOrder.LongSideRatio * width;
        if (isVertical)
        {
            Cv2.Rotate(line, line, RotateFlags.Rotate90Counterclockwise);
        }

        return new LineCrop(line.ToPixelBuffer(), quad, Homography.FromRectangle(width, height, quad), width, isVertical, false);
    }

    /// <summary>The same line turned by 180 degrees.</summary>
    public LineCrop TurnAround()
    {
        using var line = Pixels.View.ToMat();
        Cv2.Rotate(line, line, RotateFlags.Rotate180);
        return new LineCrop(line.ToPixelBuffer(), Quad.TurnedAround(), _toImage, _unturnedWidth, IsVertical, !IsTurned);
    }

    /// <summary>Maps an upright rectangle of the straightened line to the image.</summary>
    public Quad ToImage(float left, float top, float right, float bottom) =>
        Quad.FromRectangle(left, top, right, bottom).Map(ToImage);

    private Vector2 ToImage(Vector2 point)
    {
        if (IsTurned)
        {
            point = new Vector2(Pixels.Width, Pixels.Height) - point;
        }

        // A counter-clockwise quarter turn took (x, y) to (y, width - x).
        return _toImage.Apply(IsVertical ? new Vector2(_unturnedWidth - point.Y, point.X) : point);
    }
}
