using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>
/// Anybody's vector store (Qdrant, Redis, PostgreSQL, ...) as an index of ours: galleries grow past one machine on engines
/// that exist. Open the collection with <see cref="VectorStoreIndexOptions.Definition"/>.
/// </summary>
/// <remarks>
/// As thread-safe, as exact and as durable as the store. A store has no transaction over several records: where the store
/// fails half way, the first half stays. It cannot count or list either, so <see cref="CountAsync"/> and
/// <see cref="ItemsAsync"/> read everything, page by page. Filters may use <see cref="VectorStoreIndexOptions.Fields"/>. The
/// store runs labels, equal texts, flags and numbers, and numbers between bounds; what its connector
/// does not translate (texts and dates between bounds, ids) is looked at here, over as many of its best records as it takes, so
/// that the answer is right
/// but may need many of them.
/// </remarks>
public sealed class VectorStoreIndex : IVectorIndex, IModelNote
{
    private const int Page = 1000;
    private readonly VectorStoreCollection<object, Dictionary<string, object?>> _collection;
    private readonly VectorStoreIndexOptions _options;

    private VectorStoreIndex(VectorStoreCollection<object, Dictionary<string, object?>> collection, VectorStoreIndexOptions options)
    {
        _collection = collection;
        _options = options;
        Model = options.Model;
    }

    /// <inheritdoc/>
    public int Dimensions => _options.Dimensions;

    /// <inheritdoc/>
    public VectorMetric Metric => _options.Metric;

    /// <inheritdoc/>
    public VectorModel Model { get; private set; }

    /// <summary>Opens the index, making the collection where there is none.</summary>
    /// <param name="collection">Made with <see cref="VectorStoreIndexOptions.Definition"/>; owned by the index from here
    /// on.</param>
    /// <param name="options">The options that made the definition.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The distance function does not fit the metric, or the type of keys is
    /// none.</exception>
    /// <exception cref="NotSupportedException">The store has no such distance function.</exception>
    /// <exception cref="ModelFormatException">Another model made the vectors of the records.</exception>
    public static async Task<VectorStoreIndex> OpenAsync(
        VectorStoreCollection<object, Dictionary<string, object?>> collection, VectorStoreIndexOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Dimensions, 1, nameof(options));
        _ = options.Key(0);
        _ = options.Score(0);
        await collection.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);

        // One search: a store that lacks the distance function says so at the first one, which may be long after everything was
        // stored.
        var probe = new float[options.Dimensions];
        probe[0] = 1;
        var index = new VectorStoreIndex(collection, options);
        await index.SearchAsync(probe, new SearchOptions { K = 1 }, cancellationToken).ConfigureAwait(false);
        return index;
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(CancellationToken cancellationToken = default)
    {
        var count = 0L;
        await foreach (var record in RecordsAsync(withVectors: false, cancellationToken).ConfigureAwait(false))
        {
            _ = record;
            count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default)
    {
        var ready = VectorCheck.Items(items, Dimensions, Metric);
        await foreach (var known in _collection.GetAsync(ready.Select(i => _options.Key(i.Id)), null, cancellationToken).ConfigureAwait(false))
        {
            throw VectorCheck.Duplicate(StoreRecord.IdOf(known));
        }

        await _collection.UpsertAsync(ready.Select(ToRecord), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask UpdateAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) =>
        await _collection.UpsertAsync(VectorCheck.Items(items, Dimensions, Metric).Select(ToRecord), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default)
    {
        var known = new List<object>();
        await foreach (var record in _collection.GetAsync(ids.Distinct().Select(_options.Key), null, cancellationToken).ConfigureAwait(false))
        {
            known.Add(record[VectorStoreIndexOptions.Id]!);
        }

        await _collection.DeleteAsync(known, cancellationToken).ConfigureAwait(false);
        return known.Count;
    }

    /// <inheritdoc/>
    public async ValueTask<GalleryItem?> GetAsync(long id, CancellationToken cancellationToken = default) =>
        await _collection.GetAsync(_options.Key(id), new RecordRetrievalOptions { IncludeVectors = true }, cancellationToken).ConfigureAwait(false) is { } record
            ? ToItem(record)
            : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<GalleryItem> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var items = new List<GalleryItem>();
        await foreach (var record in RecordsAsync(withVectors: true, cancellationToken).ConfigureAwait(false))
        {
            items.Add(ToItem(record));
        }

        foreach (var item in items.OrderBy(i => i.Id))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IReadOnlyList<VectorMatch>>> SearchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = VectorCheck.Options(options);
        ReadOnlyMemory<float>[] ready = [.. queries.Select(q => VectorCheck.Query(q, Dimensions, Metric))];
        var parts = (options.Filter is AllFilter all ? all.Filters : options.Filter is { } one ? [one] : [])
            .ToLookup(f => FilterExpression.IsTranslated(f, _options));
        var there = FilterExpression.Of([.. parts[true]], _options);
        var search = new StoreSearch(_collection, _options, there, ItemFilter.All([.. parts[false]]), Known);
        var answers = new IReadOnlyList<VectorMatch>[ready.Length];
        for (var q = 0; q < answers.Length; q++)
        {
            answers[q] = await search.RunAsync(ready[q], options, cancellationToken).ConfigureAwait(false);
        }

        return answers;
    }

    /// <inheritdoc/>
    ValueTask IModelNote.NoteModelAsync(VectorModel model, CancellationToken cancellationToken)
    {
        // Records name their models, so from here on whatever is stored does.
        Model = Model.IsKnown ? Model : model;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _collection.Dispose();

    private async IAsyncEnumerable<Dictionary<string, object?>> RecordsAsync(bool withVectors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Without an order a store may repeat itself from page to page; that would be found, not counted twice.
        var seen = new HashSet<long>();
        var isOrdered = true;
        for (var skip = 0; ;)
        {
            List<Dictionary<string, object?>> page;
            try
            {
                page = await PageAsync(skip, isOrdered, withVectors, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (isOrdered && skip == 0 && e is not OperationCanceledException)
            {
                // Some stores order by fields that they have indexed only, and the key is none (Qdrant). If it was something
                // else, it comes again.
                isOrdered = false;
                continue;
            }

            foreach (var record in page)
            {
                yield return seen.Add(StoreRecord.IdOf(record))
                    ? record
                    : throw new DataFormatException($"Collection '{_collection.Name}': expected each record once, found {StoreRecord.IdOf(record)} twice; "
                        + "the store does not keep an order from page to page, or was written to meanwhile.");
            }

            if (page.Count < Page)
            {
                yield break;
            }

            skip += Page;
        }
    }

    private async Task<List<Dictionary<string, object?>>> PageAsync(int skip, bool isOrdered, bool withVectors, CancellationToken cancellationToken)
    {
        var options = new FilteredRecordRetrievalOptions<Dictionary<string, object?>> { Skip = skip, IncludeVectors = withVectors };
        if (isOrdered)
        {
            options.OrderBy = o => o.Ascending(r => r[VectorStoreIndexOptions.Id]);
        }

        var page = new List<Dictionary<string, object?>>();
        await foreach (var record in _collection.GetAsync(r => true, Page, options, cancellationToken).ConfigureAwait(false))
        {
            page.Add(record);
        }

        return page;
    }

    private Dictionary<string, object?> ToRecord(GalleryItem item) => StoreRecord.Of(item, _options, Model);

    private GalleryItem ToItem(Dictionary<string, object?> record)
    {
        var item = StoreRecord.ToItem(record, out var fingerprint);
        Known(fingerprint);
        return item;
    }

    /// <summary>Refuses a record of another model.</summary>
    private void Known(string fingerprint) => new VectorModel("", fingerprint).Require(_collection.Name, Model);
}
