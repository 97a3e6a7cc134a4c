using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>
/// Ranks of one query's relevant items. Only the relevant ones are sorted; every other item is placed between them by bisection,
/// so a gallery of N with R relevant items costs N log R.
/// </summary>
internal static class QueryRanking
{
    /// <summary>1-based ranks of the relevant items, ascending, ties by ascending gallery index.</summary>
    /// <param name="relevant">Scores and gallery indices of the relevant items; sorted in place.</param>
    /// <param name="others">Scores and gallery indices of the items that compete with them.</param>
    public static int[] Strict(List<(float Score, int Index)> relevant, List<(float Score, int Index)> others)
    {
        relevant.Sort(static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Index.CompareTo(b.Index));
        return Ranks(CollectionsMarshal.AsSpan(relevant), others, static (item, other) =>
            other.Score > item.Score || (other.Score == item.Score && other.Index < item.Index));
    }

    /// <summary>
    /// Ranks if items of equal score came before (<paramref name="against"/>) or after the relevant ones. Call after
    /// <see cref="Strict"/>.
    /// </summary>
    public static int[] Bound(List<(float Score, int Index)> relevant, List<(float Score, int Index)> others, bool against) =>
        Ranks(CollectionsMarshal.AsSpan(relevant), others, against
            ? static (item, other) => other.Score >= item.Score
            : static (item, other) => other.Score > item.Score);

    private static int[] Ranks(
        ReadOnlySpan<(float Score, int Index)> relevant,
        List<(float Score, int Index)> others,
        Func<(float Score, int Index), (float Score, int Index), bool> otherComesFirst)
    {
        // before[p]: others that come behind exactly p relevant items, so ahead of all later ones.
        var before = new int[relevant.Length + 1];
        foreach (var other in others)
        {
            int low = 0, high = relevant.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (otherComesFirst(relevant[middle], other))
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            before[low]++;
        }

        var ranks = new int[relevant.Length];
        var ahead = 0;
        for (var i = 0; i < ranks.Length; i++)
        {
            ahead += before[i];
            ranks[i] = ahead + i + 1;
        }

        return ranks;
    }
}
