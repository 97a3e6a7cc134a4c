using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>
/// Suppression between views of one image: a tile that holds a part of an object answers a box that lies inside the whole
/// object's, too
/// small for its IoU to tell. Intersection over the smaller area tells. Boxes of one view are left alone: there a box inside
/// another is
/// what the detector means, a child before its mother. A larger box never goes for a better one inside it: the whole would be
/// lost for a part.
/// </summary>
internal static class AcrossTiles
{
    /// <summary>
    /// Drops a box where a better and larger one of its class and of another view covers more than a part of it.
    /// </summary>
    /// <param name="views">What each view answered, in pixels of the image.</param>
    /// <param name="limit">The part, intersection over the smaller area, 0 to 1; 1 drops nothing.</param>
    /// <param name="isAgnostic">Whether classes do not matter.</param>
    /// <returns>What is left, view after view.</returns>
    public static Detections Thin(IReadOnlyList<Detections> views, float limit, bool isAgnostic)
    {
        var all = Detections.Concat(views);
        int[] view = [.. views.SelectMany((v, i) => Enumerable.Repeat(i, v.Count))];
        var boxes = all.Boxes.ToArray();
        var classes = all.ClassIds.ToArray();
        var scores = all.Scores.ToArray();
        var kept = new Dictionary<int, List<int>>();
        var positions = new List<int>();
        foreach (var i in Enumerable.Range(0, boxes.Length).OrderByDescending(i => scores[i])) // a stable order
        {
            var group = isAgnostic ? 0 : classes[i];
            if (!kept.TryGetValue(group, out var better))
            {
                kept.Add(group, better = []);
            }

            if (!better.Exists(k => view[k] != view[i] && boxes[k].Area > boxes[i].Area && OverSmaller(boxes[k], boxes[i]) > limit))
            {
                better.Add(i);
                positions.Add(i);
            }
        }

        positions.Sort();
        return all.Pick([.. positions]);
    }

    /// <summary>Intersection over the smaller area, 0 to 1; 0 where a box has no area.</summary>
    internal static float OverSmaller(Box a, Box b)
    {
        var width = MathF.Min(a.X1, b.X1) - MathF.Max(a.X0, b.X0);
        var height = MathF.Min(a.Y1, b.Y1) - MathF.Max(a.Y0, b.Y0);
        var smaller = MathF.Min(a.Area, b.Area);
        return width > 0 && height > 0 && smaller > 0 ? width * height / smaller : 0;
    }
}
