using System.Numerics;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Masks;

/// <summary>Label maps to polygons, exactly: filled again (even-odd), the rings give the same pixels.</summary>
public static class RegionTracer
{
    // Directions along pixel edges, clockwise: right, down, left, up.
    private static readonly (int X, int Y)[] _steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    /// <summary>The outlines of all regions of a class. Pixels that touch only at a corner lie in different rings.</summary>
    /// <param name="labels">Class ids.</param>
    /// <param name="classId">The class.</param>
    /// <param name="minArea">Rings around fewer pixels are left out.</param>
    public static IReadOnlyList<RegionRing> Trace(LabelMap labels, int classId, int minArea = 1)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var edges = Edges(labels, classId);
        var stride = labels.Width + 1;
        var rings = new List<RegionRing>();
        for (var corner = 0; corner < edges.Length; corner++)
        {
            while (edges[corner] != 0)
            {
                var ring = Walk(edges, stride, corner);
                if (Math.Abs(ring.SignedArea) >= minArea)
                {
                    rings.Add(ring);
                }
            }
        }

        return rings;
    }

    /// <summary>
    /// For each pixel corner, bit d is set where an edge leaves it in direction d with the region on its right.
    /// </summary>
    private static byte[] Edges(LabelMap labels, int classId)
    {
        var (width, height, stride) = (labels.Width, labels.Height, labels.Width + 1);
        var edges = new byte[stride * (height + 1)];
        bool Inside(int x, int y) => x >= 0 && y >= 0 && x < width && y < height && labels[x, y] == classId;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                if (!Inside(x, y))
                {
                    continue;
                }

                var corner = (y * stride) + x;
                edges[corner] |= (byte)(Inside(x, y - 1) ? 0 : 1); // upper side, to the right
                edges[corner + 1] |= (byte)(Inside(x + 1, y) ? 0 : 2); // right side, downwards
                edges[corner + stride + 1] |= (byte)(Inside(x, y + 1) ? 0 : 4); // lower side, to the left
                edges[corner + stride] |= (byte)(Inside(x - 1, y) ? 0 : 8); // left side, upwards
            }
        }

        return edges;
    }

    /// <summary>
    /// Follows edges from a corner until it closes, taking them away. Where two go on, the right turn stays at the same
    /// pixel.
    /// </summary>
    private static RegionRing Walk(byte[] edges, int stride, int start)
    {
        var points = new List<Vector2>();
        var corner = start;
        var direction = BitOperations.TrailingZeroCount(edges[start]);
        var first = direction;
        var turned = -1;
        var area = 0L;
        do
        {
            if (direction != turned)
            {
                points.Add(new Vector2(corner % stride, corner / stride));
                turned = direction;
            }

            edges[corner] &= (byte)~(1 << direction);
            var (dx, dy) = _steps[direction];
            area += (long)(corner % stride) * dy; // Green's theorem: the integral of x dy
            corner += (dy * stride) + dx;
            direction = Next(edges[corner], direction);
        }
        while (direction >= 0 && !(corner == start && direction == first));
        if (turned == first && points.Count > 1)
        {
            points.RemoveAt(0); // the walk began in the middle of a side
        }

        return new RegionRing(points, area);
    }

    private static int Next(byte leaving, int direction)
    {
        foreach (var turn in (ReadOnlySpan<int>)[1, 0, 3])
        {
            if ((leaving & (1 << ((direction + turn) & 3))) != 0)
            {
                return (direction + turn) & 3;
            }
        }

        return -1;
    }
}
