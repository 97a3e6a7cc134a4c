using System.Runtime.CompilerServices;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Reports;

/// <summary>Two items that are nearly the same.</summary>
/// <param name="First">The one with the lower id.</param>
/// <param name="Second">The other.</param>
/// <param name="Score">Their similarity.</param>
internal readonly record struct DuplicatePair(VectorMatch First, VectorMatch Second, float Score)
{
    /// <summary>Whether their labels differ: one of them is likely to be wrong.</summary>
    public bool LabelsDiffer => First.Label != Second.Label;
}

/// <summary>Finds items of an index that are nearly the same.</summary>
internal static class NearDuplicates
{
    private const int Batch = 64;

    /// <summary>Every pair at or above a similarity, by the ids of its items.</summary>
    /// <param name="index">Any index; an approximate one may miss pairs.</param>
    /// <param name="minScore">The least similarity; 0.98 or more for copies of an image in another size or coding.</param>
    /// <param name="neighbours">Looks at so many neighbors of an item at most.</param>
    /// <param name="progress">Told how many items were looked at.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async IAsyncEnumerable<DuplicatePair> FindAsync(
        IVectorIndex index, float minScore, int neighbours = 10, IProgress<int>? progress = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var options = new SearchOptions { K = neighbours + 1, MinScore = minScore };
        var batch = new List<GalleryItem>(Batch);
        var seen = new HashSet<(long, long)>();
        var done = 0;
        await foreach (var item in index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(item);
            if (batch.Count == Batch)
            {
                foreach (var pair in await PairsAsync(index, batch, options, seen, cancellationToken).ConfigureAwait(false))
                {
                    yield return pair;
                }

                progress?.Report(done += batch.Count);
                batch.Clear();
            }
        }

        foreach (var pair in await PairsAsync(index, batch, options, seen, cancellationToken).ConfigureAwait(false))
        {
            yield return pair;
        }

        progress?.Report(done + batch.Count);
    }

    private static async Task<List<DuplicatePair>> PairsAsync(
        IVectorIndex index, List<GalleryItem> items, SearchOptions options, HashSet<(long, long)> seen, CancellationToken cancellationToken)
    {
        var pairs = new List<DuplicatePair>();
        var answers = await index.SearchAsync([.. items.Select(i => i.Vector)], options, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < items.Count; i++)
        {
            var own = new VectorMatch(items[i].Id, items[i].Label, 1, items[i].Metadata);
            foreach (var match in answers[i].Where(m => m.Id != own.Id))
            {
                // A pair may be seen from either side, and from one side only where the other has many neighbors.
                var (first, second) = own.Id < match.Id ? (own, match) : (match, own);
                if (seen.Add((first.Id, second.Id)))
                {
                    pairs.Add(new DuplicatePair(first, second, match.Score));
                }
            }
        }

        return pairs;
    }
}
