using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>What an item of the gallery would meet if it were not in it.</summary>
/// <param name="Own">Score of the best other item of its label; null where it is the only one.</param>
/// <param name="Other">Score of the best item of any other label; null where there is no other label.</param>
/// <param name="RunnerUp">Score of the best item of any label but the best match's; null where there is no such label.</param>
internal readonly record struct LeftOut(float? Own, float? Other, float? RunnerUp)
{
    private const int Batch = 256;
    private const int Depth = 32;

    /// <summary>Whether the best match has the item's label.</summary>
    public bool IsRight => Own is { } own && !(Other >= own);

    /// <summary>Each of the items against all others.</summary>
    /// <param name="index">The gallery.</param>
    /// <param name="items">Items of it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async Task<LeftOut[]> SearchAsync(IVectorIndex index, IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken)
    {
        // One search of many at once answers everything for most items; what it leaves open is searched within a label and
        // outside it.
        var found = new LeftOut[items.Count];
        for (var first = 0; first < found.Length; first += Batch)
        {
            ReadOnlyMemory<float>[] queries = [.. items.Skip(first).Take(Batch).Select(i => i.Vector)];
            var answers = await index.SearchAsync(queries, new SearchOptions { K = Depth }, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < answers.Count; i++)
            {
                VectorMatch[] rest = [.. answers[i].Where(m => m.Id != items[first + i].Id)];
                var own = Best(rest, m => m.Label == items[first + i].Label);
                var other = Best(rest, m => m.Label != items[first + i].Label);
                if (own is null || other is null || Best(rest, m => m.Label != rest[0].Label) is not { } runnerUp)
                {
                    found[first + i] = await SearchAgainAsync(index, items[first + i], cancellationToken).ConfigureAwait(false);
                    continue;
                }

                found[first + i] = new LeftOut(own, other, runnerUp);
            }
        }

        return found;
    }

    private static async Task<LeftOut> SearchAgainAsync(IVectorIndex index, GalleryItem item, CancellationToken cancellationToken)
    {
        async Task<VectorMatch[]> Search(ItemFilter filter, int k)
        {
            var matches = await index.SearchAsync(item.Vector, new SearchOptions { K = k, Filter = filter }, cancellationToken).ConfigureAwait(false);
            return [.. matches.Where(m => m.Id != item.Id)];
        }

        var label = ItemFilter.Label(item.Label);
        var own = Best(await Search(label, 2).ConfigureAwait(false), _ => true);
        var others = await Search(ItemFilter.Not(label), 1).ConfigureAwait(false);
        var other = Best(others, _ => true);
        var runnerUp = others.Length == 0 || own > other
            ? other
            : Best(await Search(ItemFilter.Not(ItemFilter.Label(others[0].Label)), 2).ConfigureAwait(false), _ => true);
        return new LeftOut(own, other, runnerUp);
    }

    private static float? Best(VectorMatch[] matches, Func<VectorMatch, bool> which)
    {
        foreach (var match in matches)
        {
            if (which(match))
            {
                return match.Score;
            }
        }

        return null;
    }
}
