namespace PPLCNet.Vision.Detection;

/// <summary>Greedy suppression inside one group.</summary>
internal static class HardNms
{
    /// <summary>Keeps a candidate where no better kept one overlaps it by more than <paramref name="threshold"/>.</summary>
    public static void Run(Candidates candidates, ReadOnlySpan<int> bestFirst, float threshold, KeptBoxes kept)
    {
        using var better = new BoxColumns(bestFirst.Length);
        foreach (var position in bestFirst)
        {
            var box = candidates.Boxes[position];
            if (!better.AnyAbove(box, threshold))
            {
                better.Add(box);
                kept.Add(position, candidates.Scores[position]);
            }
        }
    }
}
