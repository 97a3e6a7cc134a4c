using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Documents;

/// <summary>
/// Reading order of regions by recursive cuts (X-Y cut): where a white stripe runs across, what is above comes first; else where one
/// runs down, what is left of it; else from the top.
/// </summary>
public static class RegionOrder
{
    // Regions are found a little too large, so a cut may go through an overlap of this part of the smaller side.
    private const float Slack = 0.3f;

    /// <summary>Positions of the boxes in reading order.</summary>
    public static IReadOnlyList<int> Sort(IReadOnlyList<Box> boxes)
    {
        var order = new List<int>(boxes.Count);
        Cut([.. Enumerable.Range(0, boxes.Count)], boxes, order);
        return order;
    }

    private static void Cut(List<int> group, IReadOnlyList<Box> boxes, List<int> order)
    {
        if (group.Count <= 1)
        {
            order.AddRange(group);
            return;
        }

        var parts = Split(group, i => (boxes[i].Y0, boxes[i].Y1));
        if (parts.Count == 1)
        {
            parts = Split(group, i => (boxes[i].X0, boxes[i].X1));
        }

        if (parts.Count == 1)
        {
            order.AddRange(group.OrderBy(i => boxes[i].Y0).ThenBy(i => boxes[i].X0));
            return;
        }

        foreach (var part in parts)
        {
            Cut(part, boxes, order);
        }
    }

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
