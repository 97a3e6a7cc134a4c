namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>
/// What matching found in one category: one entry per kept detection, by rising image id and falling score inside an image.
/// In the bit sets, bit a * thresholds + t stands for area range a and threshold t.
/// </summary>
internal sealed class CategoryMatches
{
    /// <summary>Id of each entry's image.</summary>
    public required long[] Image { get; init; }

    /// <summary>Rank inside image and category, from 0.</summary>
    public required int[] Rank { get; init; }

    /// <summary>Score.</summary>
    public required double[] Score { get; init; }

    /// <summary>Where the detection is a true positive.</summary>
    public required ulong[] Matched { get; init; }

    /// <summary>Where the detection counts neither way.</summary>
    public required ulong[] Ignored { get; init; }

    /// <summary>Truths that count, per area range.</summary>
    public required long[] Positives { get; init; }

    /// <summary>Joins parts of disjoint images, by rising image id.</summary>
    public static CategoryMatches Merge(IReadOnlyList<CategoryMatches> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        long[] images = [.. parts.SelectMany(p => p.Image)];
        int[] order = [.. Enumerable.Range(0, images.Length).OrderBy(i => images[i])]; // stable: ranks stay in order
        return new CategoryMatches
        {
            Image = Pick(images, order),
            Rank = Pick([.. parts.SelectMany(p => p.Rank)], order),
            Score = Pick([.. parts.SelectMany(p => p.Score)], order),
            Matched = Pick([.. parts.SelectMany(p => p.Matched)], order),
            Ignored = Pick([.. parts.SelectMany(p => p.Ignored)], order),
            Positives = [.. parts[0].Positives.Select((_, a) => parts.Sum(p => p.Positives[a]))],
        };
    }

    private static T[] Pick<T>(T[] values, int[] order) => Array.ConvertAll(order, i => values[i]);
}
