using System.Numerics;

namespace PPLCNet.Vision.Geometry;

/// <summary>A perspective map of the plane, in double precision.</summary>
internal readonly record struct Homography
{
    private readonly double _a, _b, _c, _d, _e, _f, _g, _h;

    private Homography(double a, double b, double c, double d, double e, double f, double g, double h) =>
        (_a, _b, _c, _d, _e, _f, _g, _h) = (a, b, c, d, e, f, g, h);

    /// <summary>
    /// The map that takes the rectangle (0, 0) to (width, height) onto <paramref name="quad"/>, corner by corner.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The corners are not those of a convex quad (three of them may lie on one line), so there is no such map.
    /// </exception>
    public static Homography FromRectangle(double width, double height, Quad quad)
    {
        if (!quad.IsConvex())
        {
            throw new ArgumentException($"Expected the corners of a convex quad, found {quad}.", nameof(quad));
        }

        var (x0, y0) = ((double)quad.TopLeft.X, (double)quad.TopLeft.Y);
        var (x1, y1) = ((double)quad.TopRight.X, (double)quad.TopRight.Y);
        var (x2, y2) = ((double)quad.BottomRight.X, (double)quad.BottomRight.Y);
        var (x3, y3) = ((double)quad.BottomLeft.X, (double)quad.BottomLeft.Y);
        var (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        var (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        var determinant = (dx1 * dy2) - (dx2 * dy1);
        // Unit square to quad in closed form, then the unit square's axes are scaled.
        var g = ((dx3 * dy2) - (dx2 * dy3)) / determinant;
        var h = ((dx1 * dy3) - (dx3 * dy1)) / determinant;
        return new Homography(
            (x1 - x0 + (g * x1)) / width, (x3 - x0 + (h * x3)) / height, x0,
            (y1 - y0 + (g * y1)) / width, (y3 - y0 + (h * y3)) / height, y0,
            g / width, h / height);
    }

    /// <summary>Where a point goes.</summary>
    public Vector2 Apply(Vector2 point)
    {
        var w = (_g * point.X) + (_h * point.Y) + 1;
        return new((float)(((_a * point.X) + (_b * point.Y) + _c) / w), (float)(((_d * point.X) + (_e * point.Y) + _f) / w));
    }
}
