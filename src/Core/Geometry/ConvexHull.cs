using System.Numerics;

namespace PPLCNet.Vision.Geometry;

/// <summary>Convex hull of points (Andrew's monotone chain).</summary>
internal static class ConvexHull
{
    /// <summary>Corners of the hull, around it; points on its edges are left out.</summary>
    public static Vector2[] Of(ReadOnlySpan<Vector2> points)
    {
        var sorted = points.ToArray();
        Array.Sort(sorted, static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Y.CompareTo(b.Y));
        if (sorted.Length < 3)
        {
            return sorted;
        }

        var hull = new List<Vector2>(sorted.Length + 1);
        AddChain(hull, sorted);
        hull.RemoveAt(hull.Count - 1);
        Array.Reverse(sorted);
        var rest = new List<Vector2>(sorted.Length);
        AddChain(rest, sorted);
        rest.RemoveAt(rest.Count - 1);
        return [.. hull, .. rest];
    }

    private static void AddChain(List<Vector2> chain, Vector2[] points)
    {
        foreach (var p in points)
        {
            while (chain.Count >= 2 && Turn(chain[^2], chain[^1], p) <= 0)
            {
                chain.RemoveAt(chain.Count - 1);
            }

            chain.Add(p);
        }
    }

    private static double Turn(Vector2 a, Vector2 b, Vector2 c) =>
        (((double)b.X - a.X) * ((double)c.Y - a.Y)) - (((double)b.Y - a.Y) * ((double)c.X - a.X));
}
