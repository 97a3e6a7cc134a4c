using System.Numerics;

namespace PPLCNet.Vision.Geometry;

/// <summary>
/// Grows a convex polygon by a distance with round corners, on whole pixels as Clipper does it: corners are cut to integers
/// first, and the points of the outline are rounded (A. Johnson, Clipper 6, offset with round joins).
/// </summary>
internal static class RoundOffset
{
    private const double ArcTolerance = 0.25;

    /// <summary>Points of the grown outline.</summary>
    /// <param name="polygon">Convex, in either direction.</param>
    /// <param name="distance">How far, in pixels; 0 gives the corners, cut to integers.</param>
    public static List<Vector2> Of(ReadOnlySpan<Vector2> polygon, double distance)
    {
        var corners = Truncated(polygon);
        if (corners.Count < 3 || distance <= 0)
        {
            return corners;
        }

        // Clockwise on the screen, so that normals point outwards.
        if (SignedArea(corners) < 0)
        {
            corners.Reverse();
        }

        var tolerance = Math.Min(ArcTolerance, distance * ArcTolerance);
        var stepsOfTurn = Math.Min(Math.PI / Math.Acos(1 - (tolerance / distance)), distance * Math.PI);
        var outline = new List<Vector2>();
        for (var i = 0; i < corners.Count; i++)
        {
            var corner = corners[i];
            var before = Angle(corners[(i + corners.Count - 1) % corners.Count], corner);
            var turn = Math.IEEERemainder(Angle(corner, corners[(i + 1) % corners.Count]) - before, 2 * Math.PI);
            var steps = Math.Max(1, (int)Math.Round(stepsOfTurn / (2 * Math.PI) * Math.Abs(turn)));
            for (var s = 0; s < steps; s++)
            {
                outline.Add(At(corner, before + (s * 2 * Math.PI / stepsOfTurn), distance));
            }

            outline.Add(At(corner, before + turn, distance));
        }

        return outline;
    }

    private static List<Vector2> Truncated(ReadOnlySpan<Vector2> polygon)
    {
        var corners = new List<Vector2>(polygon.Length);
        foreach (var p in polygon)
        {
            var corner = new Vector2(MathF.Truncate(p.X), MathF.Truncate(p.Y));
            if (corners.Count == 0 || (corner != corners[^1] && corner != corners[0]))
            {
                corners.Add(corner);
            }
        }

        return corners;
    }

    // Direction of the outward normal of an edge.
    private static double Angle(Vector2 from, Vector2 to) => Math.Atan2(-(to.X - from.X), to.Y - from.Y);

    private static Vector2 At(Vector2 corner, double angle, double distance) => new(
        (float)Math.Round(corner.X + (Math.Cos(angle) * distance), MidpointRounding.AwayFromZero),
        (float)Math.Round(corner.Y + (Math.Sin(angle) * distance), MidpointRounding.AwayFromZero));

    private static double SignedArea(List<Vector2> corners)
    {
        var sum = 0.0;
        for (var i = 0; i < corners.Count; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Count]);
            sum += ((double)a.X * b.Y) - ((double)b.X * a.Y);
        }

        return sum;
    }
}
