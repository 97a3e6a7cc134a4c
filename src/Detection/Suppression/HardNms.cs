using PPLCNet.Vision.Detection.Decoding;

namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>
/// Greedy suppression of all classes in one pass from the best candidate down, which ends as soon as enough boxes are kept.
/// </summary>
internal static class HardNms
{
    /// <summary>Keeps a candidate where no better kept one of its class overlaps it by more than the threshold.</summary>
    public static void Run(Candidates candidates, NmsOptions options, KeptBoxes kept)
    {
        var groups = options.ClassAgnostic ? 1 : candidates.ClassCount;
        var better = new BoxColumns?[groups];
        var seen = new int[groups];
        using var queue = new BestFirstQueue(candidates, !options.ClassAgnostic);
        var limit = options.TopKAfter > 0 ? options.TopKAfter : int.MaxValue;
        for (var left = candidates.Count; left > 0 && kept.Count < limit; left--)
        {
            var position = queue.Take(left);
            var group = options.ClassAgnostic ? 0 : candidates.ClassIds[position];
            if (seen[group]++ >= options.TopKBefore && options.TopKBefore > 0)
            {
                continue;
            }

            var columns = better[group] ??= new BoxColumns();
            var box = candidates.Boxes[position];
            if (!columns.AnyAbove(box, options.IouThreshold))
            {
                columns.Add(box);
                kept.Add(position, candidates.Scores[position]);
            }
        }

        foreach (var columns in better)
        {
            columns?.Dispose();
        }
    }
}
