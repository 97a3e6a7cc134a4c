namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>
/// Splits by seed in which every label has its share. Images with several labels count for their rarest one.
/// </summary>
internal static class Folds
{
    /// <summary>
    /// A part for validation: of each label the share, rounded, and never all of its images; a label with few images may give
    /// none.
    /// </summary>
    public static HashSet<int> Hold(Targets targets, double share, int seed)
    {
        var random = new SplitRandom(seed);
        var held = new HashSet<int>();
        foreach (var images in Groups(targets))
        {
            random.Shuffle(images);
            held.UnionWith(images.Take(Math.Min((int)Math.Floor((images.Length * share) + 0.5), images.Length - 1)));
        }

        return held;
    }

    /// <summary>The fold of each image, 0 to <paramref name="count"/> - 1.</summary>
    public static int[] Assign(Targets targets, int count, int seed)
    {
        var random = new SplitRandom(seed);
        var folds = new int[targets.Count];
        var next = 0;
        foreach (var images in Groups(targets))
        {
            random.Shuffle(images);
            foreach (var image in images)
            {
                folds[image] = next++ % count;
            }
        }

        return folds;
    }

    /// <summary>The images of each label in an order by seed, of which the first n are a training set of n a label.</summary>
    public static IReadOnlyList<int[]> Shuffled(Targets targets, int seed)
    {
        var random = new SplitRandom(seed);
        var groups = Groups(targets);
        groups.ForEach(random.Shuffle);
        return groups;
    }

    private static List<int[]> Groups(Targets targets)
    {
        var counts = targets.Counts();
        return [.. Enumerable.Range(0, targets.Count)
            .GroupBy(i => targets.Labels[i] is { Length: > 0 } labels ? labels.MinBy(l => (counts[l], l)) : -1)
            .OrderBy(g => g.Key)
            .Select(g => g.ToArray())];
    }
}
