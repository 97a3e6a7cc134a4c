using System.Numerics;

namespace PPLCNet.Vision.Geometry;

/// <summary>
/// Areas of plain polygons, in double precision. Corners go around, either way; coordinates are pixels, y down.
/// </summary>
internal static class Polygon
{
    /// <summary>Area, positive when the corners go clockwise on the screen.</summary>
    public static double SignedArea(ReadOnlySpan<Vector2> corners)
    {
        var twice = 0.0;
        for (var i = 0; i < corners.Length; i++)
        {
            var a = corners[i];
            var b = corners[(i + 1) % corners.Length];
            twice += ((double)a.X * b.Y) - ((double)b.X * a.Y);
        }

        return twice / 2;
    }

    /// <summary>Area, never negative.</summary>
    public static double Area(ReadOnlySpan<Vector2> corners) => Math.Abs(SignedArea(corners));

    /// <summary>Length of the outline.</summary>
    public static double Perimeter(ReadOnlySpan<Vector2> corners)
    {
        var sum = 0.0;
        for (var i = 0; i < corners.Length; i++)
        {
            sum += Vector2.Distance(corners[i], corners[(i + 1) % corners.Length]);
        }

        return sum;
    }

    /// <summary>Whether the outline neither crosses nor touches itself and encloses an area.</summary>
    public static bool IsSimple(ReadOnlySpan<Vector2> corners)
    {
        if (corners.Length < 3 || Area(corners) <= 0)
        {
            return false;
        }

        for (var i = 0; i < corners.Length; i++)
        {
            for (var j = i + 1; j < corners.Length; j++)
            {
                var adjacent = j == i + 1 || (i == 0 && j == corners.Length - 1);
                if (!adjacent && Touch(corners[i], corners[(i + 1) % corners.Length], corners[j], corners[(j + 1) % corners.Length]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Area that two simple polygons share, convex or not: each is a signed sum of the triangles from its first corner, and the
    /// shared area is the signed sum of what those triangles share.
    /// </summary>
    public static double IntersectionArea(ReadOnlySpan<Vector2> a, ReadOnlySpan<Vector2> b)
    {
        var sum = 0.0;
        for (var i = 1; i + 1 < a.Length; i++)
        {
            for (var j = 1; j + 1 < b.Length; j++)
            {
                sum += ConvexClip.TriangleIntersection(a[0], a[i], a[i + 1], b[0], b[j], b[j + 1]);
            }
        }

        return Math.Abs(sum);
    }

    /// <summary>Shared area over united area, 0 where both are empty.</summary>
    public static double IntersectionOverUnion(ReadOnlySpan<Vector2> a, ReadOnlySpan<Vector2> b)
    {
        var shared = IntersectionArea(a, b);
        var united = Area(a) + Area(b) - shared;
        return united > 0 ? shared / united : 0;
    }

    private static bool Touch(Vector2 a, Vector2 b, Vector2 c, Vector2 d)
    {
        var (d1, d2, d3, d4) = (Side(c, d, a), Side(c, d, b), Side(a, b, c), Side(a, b, d));
        return (Math.Sign(d1) * Math.Sign(d2) < 0 && Math.Sign(d3) * Math.Sign(d4) < 0)
            || (d1 == 0 && Between(c, d, a)) || (d2 == 0 && Between(c, d, b))
            || (d3 == 0 && Between(a, b, c)) || (d4 == 0 && Between(a, b, d));
    }

    private static double Side(Vector2 a, Vector2 b, Vector2 p) =>
        (((double)b.X - a.X) * ((double)p.Y - a.Y)) - (((double)b.Y - a.Y) * ((double)p.X - a.X));

    private static bool Between(Vector2 a, Vector2 b, Vector2 p) =>
        Math.Min(a.X, b.X) <= p.X && p.X <= Math.Max(a.X, b.X) && Math.Min(a.Y, b.Y) <= p.Y && p.Y <= Math.Max(a.Y, b.Y);
}
