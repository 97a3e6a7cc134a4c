using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.VectorData;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>
/// Anybody's vector store (Qdrant, Redis, PostgreSQL, ...) as an index of ours: galleries grow past one machine on engines that exist.
/// Open the collection with <see cref="VectorStoreIndexOptions.Definition"/>.
/// </summary>
/// <remarks>
/// As thread-safe, as exact and as durable as the store. A store has no transaction over several records: where the store fails half way, the first
/// half stays. It cannot count or list either, so <see cref="CountAsync"/> and <see cref="ItemsAsync"/> read everything, page by page. Filters may use
/// <see cref="VectorStoreIndexOptions.Fields"/>; which shapes of filter run is the store's affair.
/// </remarks>
public sealed class VectorStoreIndex : IVectorIndex
{
    private const int Page = 1000;
    private readonly VectorStoreCollection<object, Dictionary<string, object?>> _collection;
    private readonly VectorStoreIndexOptions _options;

    private VectorStoreIndex(VectorStoreCollection<object, Dictionary<string, object?>> collection, VectorStoreIndexOptions options)
    {
        _collection = collection;
        _options = options;
    }

    /// <inheritdoc/>
    public int Dimensions => _options.Dimensions;

    /// <inheritdoc/>
    public VectorMetric Metric => _options.Metric;

    /// <summary>Opens the index, making the collection where there is none.</summary>
    /// <param name="collection">Made with <see cref="VectorStoreIndexOptions.Definition"/>; owned by the index from here on.</param>
    /// <param name="options">The options that made the definition.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<VectorStoreIndex> OpenAsync(
        VectorStoreCollection<object, Dictionary<string, object?>> collection, VectorStoreIndexOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Dimensions, 1, nameof(options));
        _ = options.Key(0);
        await collection.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        return new VectorStoreIndex(collection, options);
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
            throw VectorCheck.Duplicate(IdOf(known));
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
        var search = new VectorSearchOptions<Dictionary<string, object?>>
        {
            Filter = options.Filter is null ? null : FilterExpression.Of(options.Filter, _options),
        };
        var answers = new IReadOnlyList<VectorMatch>[ready.Length];
        for (var q = 0; q < answers.Length; q++)
        {
            answers[q] = await SearchOneAsync(ready[q], options, search, cancellationToken).ConfigureAwait(false);
        }

        return answers;
    }

    /// <inheritdoc/>
    public void Dispose() => _collection.Dispose();

    private async Task<VectorMatch[]> SearchOneAsync(
        ReadOnlyMemory<float> query, SearchOptions options, VectorSearchOptions<Dictionary<string, object?>> search, CancellationToken cancellationToken)
    {
        var matches = new List<VectorMatch>(options.K);
        await foreach (var result in _collection.SearchAsync(query, options.K, search, cancellationToken).ConfigureAwait(false))
        {
            var native = result.Score ?? throw new DataFormatException($"Collection '{_collection.Name}': expected results with scores, found one without.");
            var score = (float)(Metric == VectorMetric.L2 ? 1 - (native / 2) : native);
            if (score >= options.MinScore)
            {
                matches.Add(new VectorMatch(IdOf(result.Record), (string)result.Record[VectorStoreIndexOptions.Label]!, score, MetadataOf(result.Record)));
            }
        }

        return [.. matches.OrderByDescending(m => m.Score).ThenBy(m => m.Id)];
    }

    private async IAsyncEnumerable<Dictionary<string, object?>> RecordsAsync(bool withVectors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int skip = 0, read = Page; read == Page; skip += Page)
        {
            read = 0;
            var options = new FilteredRecordRetrievalOptions<Dictionary<string, object?>>
            {
                Skip = skip,
                IncludeVectors = withVectors,
                OrderBy = o => o.Ascending(r => r[VectorStoreIndexOptions.Id]),
            };
            await foreach (var record in _collection.GetAsync(r => true, Page, options, cancellationToken).ConfigureAwait(false))
            {
                read++;
                yield return record;
            }
        }
    }

    private Dictionary<string, object?> ToRecord(GalleryItem item)
    {
        var record = new Dictionary<string, object?>
        {
            [VectorStoreIndexOptions.Id] = _options.Key(item.Id),
            [VectorStoreIndexOptions.Label] = item.Label,
            [VectorStoreIndexOptions.Metadata] = Encoding.UTF8.GetString(ItemMetadata.ToJson(item.Metadata)),
            [VectorStoreIndexOptions.Vector] = item.Vector,
        };
        foreach (var (field, kind) in _options.Fields)
        {
            var value = item.Metadata.TryGetValue(field, out var found) && found.Kind == kind ? found : (MetadataValue?)null;
            record[field] = kind switch
            {
                MetadataKind.Text => value?.AsText,
                MetadataKind.Number => value?.AsNumber,
                _ => value?.AsFlag,
            };
        }

        return record;
    }

    private static GalleryItem ToItem(Dictionary<string, object?> record) =>
        new(IdOf(record), (string)record[VectorStoreIndexOptions.Label]!, QueryVector.Of(record[VectorStoreIndexOptions.Vector]), MetadataOf(record));

    private static long IdOf(Dictionary<string, object?> record) => Convert.ToInt64(record[VectorStoreIndexOptions.Id], CultureInfo.InvariantCulture);

    private static IReadOnlyDictionary<string, MetadataValue> MetadataOf(Dictionary<string, object?> record) =>
        ItemMetadata.FromJson(Encoding.UTF8.GetBytes((string?)record[VectorStoreIndexOptions.Metadata] ?? ""));
}
