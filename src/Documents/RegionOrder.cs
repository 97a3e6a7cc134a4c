using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Documents;

/// <summary>
/// Reading order of regions by recursive cuts (X-Y cut): where a white stripe runs across, what is above comes first; else
/// where one runs down, what is left of it; else from the top. Stripes across that are the same columns above and below
/// (paragraphs that end
/// together) do not cut: the columns are read one after the other.
/// </summary>
internal static class RegionOrder
{
    // Regions are found a little too large, so a cut may go through an overlap of this part of the smaller side.
    private const float Slack = 0.3f;

    /// <summary>Positions of the boxes in reading order.</summary>
    /// <param name="boxes">Regions, and lines that lie in none.</param>
    /// <param name="isLine">
    /// Whether a box is a single line; rows of lines alone (a receipt) are never columns. None when null.
    /// </param>
    /// <param name="isVertical">Whether lines run down and follow each other to the left.</param>
    public static IReadOnlyList<int> Sort(IReadOnlyList<Box> boxes, Func<int, bool>? isLine = null, bool isVertical = false)
    {
        var order = new List<int>(boxes.Count);
        if (isVertical)
        {
            // A page of lines that run down is one of lines that run to the right, turned: what is right comes first.
            boxes = [.. boxes.Select(b => new Box(b.Y0, -b.X1, b.Y1, -b.X0))];
        }

        Cut([.. Enumerable.Range(0, boxes.Count)], boxes, isLine ?? (_ => false), order);
        return order;
    }

    private static void Cut(List<int> group, IReadOnlyList<Box> boxes, Func<int, bool> isLine, List<int> order)
    {
        if (group.Count <= 1)
        {
            order.AddRange(group);
            return;
        }

        var parts = Split(group, i => (boxes[i].Y0, boxes[i].Y1));
        parts = parts.Count == 1 ? Columns(group, boxes) : Joined(parts, boxes, isLine);
        if (parts.Count == 1)
        {
            // Joined bands are one group again; they are columns by now.
            parts = Columns(group, boxes);
        }

        if (parts.Count == 1)
        {
            order.AddRange(group.OrderBy(i => boxes[i].Y0).ThenBy(i => boxes[i].X0));
            return;
        }

        foreach (var part in parts)
        {
            Cut(part, boxes, isLine, order);
        }
    }

    /// <summary>Bands put together where they have the same columns.</summary>
    private static List<List<int>> Joined(List<List<int>> bands, IReadOnlyList<Box> boxes, Func<int, bool> isLine)
    {
        var joined = new List<List<int>>();
        var open = 0; // Columns of the last band, 0 where it takes no other.
        foreach (var band in bands)
        {
            var columns = band.All(isLine) ? 1 : Columns(band, boxes).Count;
            if (columns > 1 && open == columns && Columns([.. joined[^1], .. band], boxes).Count == columns)
            {
                joined[^1].AddRange(band);
                continue;
            }

            joined.Add([.. band]);
            open = columns > 1 ? columns : 0;
        }

        return joined;
    }

    private static List<List<int>> Columns(List<int> group, IReadOnlyList<Box> boxes) =>
        Split(group, i => (boxes[i].X0, boxes[i].X1));

    /// <summary>Groups whose extents along one axis do not touch, in the order of the axis.</summary>
    private static List<List<int>> Split(List<int> group, Func<int, (float Low, float High)> extent)
    {
        var parts = new List<List<int>>();
        var (end, last) = (float.NegativeInfinity, 0f);
        foreach (var i in group.OrderBy(i => extent(i).Low))
        {
            var (low, high) = extent(i);
            if (parts.Count == 0 || low >= end - (Slack * Math.Min(last, high - low)))
            {
                parts.Add([]);
            }

            parts[^1].Add(i);
            if (high > end)
            {
                (end, last) = (high, high - low);
            }
        }

        return parts;
    }
}
