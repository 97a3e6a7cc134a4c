using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>
/// Any index of ours as a <see cref="VectorStoreCollection{TKey, TRecord}"/>, for code that is written against
/// Microsoft.Extensions.VectorData.
/// </summary>
/// <remarks>
/// Thread-safe as the index is. Filters are expressions that are compiled and run in memory, so the index must be one in
/// memory (a gallery, a flat or an HNSW index). Scores are similarities, higher is better. Queries are <c>float[]</c>,
/// <c>ReadOnlyMemory&lt;float&gt;</c> or <c>Embedding&lt;float&gt;</c>.
/// </remarks>
/// <param name="name">The collection's name.</param>
/// <param name="index">The index; not owned, so disposing the collection leaves it open.</param>
public sealed class GalleryCollection(string name, IVectorIndex index) : VectorStoreCollection<long, GalleryRecord>
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    /// <inheritdoc/>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>Removes every item; the index itself stays.</summary>
    public override async Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        var ids = new List<long>();
        await foreach (var item in index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            ids.Add(item.Id);
        }

        await index.RemoveAsync(ids, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<GalleryRecord?> GetAsync(long key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        await index.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } item
            ? GalleryRecord.Of(item, options?.IncludeVectors ?? false)
            : null;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<GalleryRecord> GetAsync(
        Expression<Func<GalleryRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<GalleryRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        var passes = filter.Compile();
        var found = new List<GalleryRecord>();
        await foreach (var item in index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            var record = GalleryRecord.Of(item, withVector: true);
            if (passes(record))
            {
                found.Add(record);
            }
        }

        foreach (var record in Ordered(found, options?.OrderBy).Skip(options?.Skip ?? 0).Take(top))
        {
            record.Vector = options?.IncludeVectors == true ? record.Vector : default;
            yield return record;
        }
    }

    /// <inheritdoc/>
    public override async Task DeleteAsync(long key, CancellationToken cancellationToken = default) =>
        await index.RemoveAsync([key], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task DeleteAsync(IEnumerable<long> keys, CancellationToken cancellationToken = default) =>
        await index.RemoveAsync([.. keys], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override Task UpsertAsync(GalleryRecord record, CancellationToken cancellationToken = default) => UpsertAsync([record], cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A vector that does not fit; nothing is stored.</exception>
    public override async Task UpsertAsync(IEnumerable<GalleryRecord> records, CancellationToken cancellationToken = default) =>
        await index.UpdateAsync([.. records.Select(r => r.ToItem())], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The query is not a vector.</exception>
    public override async IAsyncEnumerable<VectorSearchResult<GalleryRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<GalleryRecord>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new VectorSearchOptions<GalleryRecord>();
        var search = new SearchOptions
        {
            K = (int)Math.Min(int.MaxValue, (long)top + options.Skip),
            MinScore = (float?)options.ScoreThreshold ?? float.NegativeInfinity,
            Filter = options.Filter is null ? null : Predicate(options.Filter),
        };
        var matches = await index.SearchAsync(QueryVector.Of(searchValue), search, cancellationToken).ConfigureAwait(false);
        foreach (var match in matches.Skip(options.Skip))
        {
            var item = options.IncludeVectors ? await index.GetAsync(match.Id, cancellationToken).ConfigureAwait(false) : null;
            yield return new VectorSearchResult<GalleryRecord>(
                new GalleryRecord { Id = match.Id, Label = match.Label, Metadata = match.Metadata, Vector = item?.Vector ?? default }, match.Score);
        }
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(VectorStoreCollectionMetadata) ? new VectorStoreCollectionMetadata { VectorStoreSystemName = "pplcnet", CollectionName = name }
        : serviceType.IsInstanceOfType(index) ? index
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    private static ItemFilter Predicate(Expression<Func<GalleryRecord, bool>> filter)
    {
        var passes = filter.Compile();
        return ItemFilter.Where((id, label, metadata) => passes(new GalleryRecord { Id = id, Label = label, Metadata = metadata }));
    }

    private static IEnumerable<GalleryRecord> Ordered(
        List<GalleryRecord> records,
        Func<FilteredRecordRetrievalOptions<GalleryRecord>.OrderByDefinition, FilteredRecordRetrievalOptions<GalleryRecord>.OrderByDefinition>? orderBy)
    {
        IOrderedEnumerable<GalleryRecord>? ordered = null;
        foreach (var sort in orderBy?.Invoke(new()).Values ?? [])
        {
            var key = sort.PropertySelector.Compile();
            ordered = (ordered, sort.Ascending) switch
            {
                (null, true) => records.OrderBy(key),
                (null, false) => records.OrderByDescending(key),
                (_, true) => ordered.ThenBy(key),
                _ => ordered.ThenByDescending(key),
            };
        }

        return ordered ?? (IEnumerable<GalleryRecord>)records;
    }
}
