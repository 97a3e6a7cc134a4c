using System.Numerics;

namespace PPLCNet.Vision.Geometry;

/// <summary>Which of a box's four corners is the top left of its text.</summary>
internal static class QuadOrder
{
    /// <summary>
    /// From this ratio of the sides on, text runs along the longer side. The rule of the crop uses the same number.
    /// </summary>
    public const float LongSideRatio = 1.5f;

    // A line steeper than this is vertical: it is read downwards, whichever way it leans.
    private const double VerticalTangent = 3.7320508075688776; // tan 75 degrees

    /// <summary>
    /// Orders the corners of a box for reading. Long boxes are read along their long side towards +x, vertical ones (within 15
    /// degrees) downwards, so that a slight lean never turns the text around; other boxes start at the corner whose upper
    /// edge lies closest to the x axis. A vertical box keeps its short edge on top, so that the crop turns it.
    /// </summary>
    /// <param name="corners">Four corners in order around the box, either way, from any corner.</param>
    /// <exception cref="ArgumentException">The number of corners is not four.</exception>
    public static Quad ForReading(ReadOnlySpan<Vector2> corners)
    {
        if (corners.Length != 4)
        {
            throw new ArgumentException($"A box has four corners, found {corners.Length}.", nameof(corners));
        }

        Span<Vector2> p = stackalloc Vector2[4];
        corners.CopyTo(p);
        if (Polygon.SignedArea(p) < 0)
        {
            p.Reverse();
        }

        var even = p[1] - p[0];
        var odd = p[2] - p[1];
        var longEven = even.Length() >= odd.Length();
        var (longer, shorter) = longEven ? (even, odd) : (odd, even);
        var along = longer;
        var steep = Math.Abs(along.Y) > VerticalTangent * Math.Abs(along.X);
        var start = longer.Length() < LongSideRatio * shorter.Length() || steep ? ClosestToX(p) : LongEdge(p, longEven);
        return new Quad(p[start], p[(start + 1) % 4], p[(start + 2) % 4], p[(start + 3) % 4]);
    }

    private static int LongEdge(ReadOnlySpan<Vector2> p, bool longEven)
    {
        var first = longEven ? 0 : 1;
        return p[(first + 1) % 4].X - p[first].X >= 0 ? first : first + 2;
    }

    private static int ClosestToX(ReadOnlySpan<Vector2> p)
    {
        var best = 0;
        var cosine = float.NegativeInfinity;
        for (var i = 0; i < 4; i++)
        {
            var edge = p[(i + 1) % 4] - p[i];
            var length = edge.Length();
            var c = length > 0 ? edge.X / length : -1;
            if (c > cosine + 1e-6f)
            {
                cosine = c;
                best = i;
            }
        }

        return best;
    }
}
