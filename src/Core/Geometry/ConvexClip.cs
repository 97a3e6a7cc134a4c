using System.Numerics;

namespace PPLCNet.Vision.Geometry;

/// <summary>Clips convex polygons against each other (Sutherland and Hodgman), in double precision.</summary>
internal static class ConvexClip
{
    /// <summary>Area shared by two triangles, negative when exactly one of them goes counter-clockwise.</summary>
    public static double TriangleIntersection(Vector2 a0, Vector2 a1, Vector2 a2, Vector2 b0, Vector2 b1, Vector2 b2)
    {
        var signA = Orientation(a0, a1, a2);
        var signB = Orientation(b0, b1, b2);
        if (signA == 0 || signB == 0)
        {
            return 0;
        }

        // Clipping a triangle by three half planes leaves at most six corners.
        Span<(double X, double Y)> front = stackalloc (double, double)[8];
        Span<(double X, double Y)> back = stackalloc (double, double)[8];
        (front[0], front[1], front[2]) = ((a0.X, a0.Y), (a1.X, a1.Y), (a2.X, a2.Y));
        var count = 3;
        Span<(double X, double Y)> clip = [(b0.X, b0.Y), (b1.X, b1.Y), (b2.X, b2.Y)];
        for (var i = 0; i < 3 && count > 0; i++)
        {
            count = ClipByLine(front[..count], back, clip[i], clip[(i + 1) % 3], signB);
            var swap = front;
            front = back;
            back = swap;
        }

        return Area(front[..count]) * signA * signB;
    }

    private static int ClipByLine(
        ReadOnlySpan<(double X, double Y)> from, Span<(double X, double Y)> to, (double X, double Y) a, (double X, double Y) b, int sign)
    {
        var count = 0;
        for (var i = 0; i < from.Length; i++)
        {
            var p = from[i];
            var q = from[(i + 1) % from.Length];
            var sp = Side(a, b, p) * sign;
            var sq = Side(a, b, q) * sign;
            if (sp >= 0)
            {
                to[count++] = p;
            }

            if ((sp > 0 && sq < 0) || (sp < 0 && sq > 0))
            {
                var t = sp / (sp - sq);
                to[count++] = (p.X + (t * (q.X - p.X)), p.Y + (t * (q.Y - p.Y)));
            }
        }

        return count;
    }

    private static double Area(ReadOnlySpan<(double X, double Y)> p)
    {
        var twice = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            var q = p[(i + 1) % p.Length];
            twice += (p[i].X * q.Y) - (q.X * p[i].Y);
        }

        return Math.Abs(twice) / 2;
    }

    private static int Orientation(Vector2 a, Vector2 b, Vector2 c) =>
        Math.Sign(Side((a.X, a.Y), (b.X, b.Y), (c.X, c.Y)));

    private static double Side((double X, double Y) a, (double X, double Y) b, (double X, double Y) p) =>
        ((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X));
}
