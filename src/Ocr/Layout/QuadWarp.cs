using OpenCvSharp;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Ocr.Layout;

/// <summary>
/// Straightens a quad of an image of any size. OpenCV's warp refuses sides from 32 767 pixels on, so it only sees the part
/// around the quad.
/// </summary>
internal static class QuadWarp
{
    // Bicubic weights reach two pixels; one more for rounding.
    private const int Margin = 3;

    // A straightened line that is longer is put together from pieces of this length.
    private const int LongestPiece = 16_384;

    /// <summary>Warps: bicubic, the border repeated.</summary>
    /// <param name="image">Where the quad lies.</param>
    /// <param name="quad">A convex quad, also partly outside.</param>
    /// <param name="width">Width of the result.</param>
    /// <param name="height">Height of the result.</param>
    public static Mat Run(Mat image, Quad quad, int width, int height)
    {
        if (width <= LongestPiece && height <= LongestPiece)
        {
            return Piece(image, quad, width, height);
        }

        var isWide = width >= height;
        var map = Homography.FromRectangle(width, height, quad);
        var pieces = new List<Mat>();
        try
        {
            for (var at = 0; at < Math.Max(width, height); at += LongestPiece)
            {
                var (x, y) = isWide ? (at, 0) : (0, at);
                var (w, h) = isWide ? (Math.Min(width - x, LongestPiece), height) : (width, Math.Min(height - y, LongestPiece));
                pieces.Add(Piece(image, Quad.FromRectangle(x, y, x + w, y + h).Map(map.Apply), w, h));
            }

            var whole = new Mat();
            if (isWide)
            {
                Cv2.HConcat(pieces, whole);
            }
            else
            {
                Cv2.VConcat(pieces, whole);
            }

            return whole;
        }
        finally
        {
            pieces.ForEach(p => p.Dispose());
        }
    }

    private static Mat Piece(Mat image, Quad quad, int width, int height)
    {
        var (left, top, right, bottom) = quad.Bounds();
        var x0 = Math.Clamp((int)MathF.Floor(left) - Margin, 0, image.Cols - 1);
        var y0 = Math.Clamp((int)MathF.Floor(top) - Margin, 0, image.Rows - 1);
        var x1 = Math.Clamp((int)MathF.Ceiling(right) + Margin, x0 + 1, image.Cols);
        var y1 = Math.Clamp((int)MathF.Ceiling(bottom) + Margin, y0 + 1, image.Rows);
        using var part = new Mat(image, new Rect(x0, y0, x1 - x0, y1 - y0));
        var from = new Point2f[4];
        for (var i = 0; i < 4; i++)
        {
            from[i] = new Point2f(quad[i].X - x0, quad[i].Y - y0);
        }

        var line = new Mat();
        using var map = Cv2.GetPerspectiveTransform(from, [new(0, 0), new(width, 0), new(width, height), new(0, height)]);
        Cv2.WarpPerspective(part, line, map, new Size(width, height), InterpolationFlags.Cubic, BorderTypes.Replicate);
        return line;
    }
}
