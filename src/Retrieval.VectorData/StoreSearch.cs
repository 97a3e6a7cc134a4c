using System.Linq.Expressions;
using Microsoft.Extensions.VectorData;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>Searches of a vector store, where one part of the filter is the store's and the other is looked at here.</summary>
/// <param name="collection">The store.</param>
/// <param name="options">Its shape.</param>
/// <param name="there">The part that the store runs; null for none.</param>
/// <param name="here">The part that it does not; of nothing, for none.</param>
/// <param name="check">Meets the fingerprint of each record's model.</param>
internal sealed class StoreSearch(
    VectorStoreCollection<object, Dictionary<string, object?>> collection,
    VectorStoreIndexOptions options,
    Expression<Func<Dictionary<string, object?>, bool>>? there,
    ItemFilter here,
    Action<string> check)
{
    private const int Growth = 4;
    private readonly bool _isAllThere = here is AllFilter { Filters.Count: 0 };

    /// <summary>The best matches of a query, best first.</summary>
    public async Task<IReadOnlyList<VectorMatch>> RunAsync(ReadOnlyMemory<float> query, SearchOptions search, CancellationToken cancellationToken)
    {
        if (there is { Body: ConstantExpression })
        {
            return []; // nothing can pass
        }

        // More and more of the best records, until enough of them pass or the store has no more.
        for (var top = search.K; ; top = (int)Math.Min(int.MaxValue, (long)top * Growth))
        {
            var records = await AskAsync(query, top, cancellationToken).ConfigureAwait(false);
            var passing = _isAllThere ? records : records.FindAll(m => here.Matches(m.Id, m.Label, m.Metadata));
            if (_isAllThere || passing.Count >= search.K || records.Count < top)
            {
                return [.. passing.Where(m => m.Score >= search.MinScore).OrderByDescending(m => m.Score).ThenBy(m => m.Id).Take(search.K)];
            }
        }
    }

    private async Task<List<VectorMatch>> AskAsync(ReadOnlyMemory<float> query, int top, CancellationToken cancellationToken)
    {
        var matches = new List<VectorMatch>();
        var search = new VectorSearchOptions<Dictionary<string, object?>> { Filter = there };
        await foreach (var result in collection.SearchAsync(query, top, search, cancellationToken).ConfigureAwait(false))
        {
            var native = result.Score ?? throw new DataFormatException($"Collection '{collection.Name}': expected results with scores, found one without.");
            var metadata = StoreRecord.MetadataOf(result.Record, out var fingerprint);
            check(fingerprint);
            matches.Add(new VectorMatch(StoreRecord.IdOf(result.Record), StoreRecord.LabelOf(result.Record), options.Score(native), metadata));
        }

        return matches;
    }
}
