using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// The exact index in memory: every search looks at every item. Removal and update cost nothing more than adding.
/// </summary>
/// <remarks>Thread-safe as <see cref="IVectorIndex"/> says. Every call completes synchronously. Memory: 4 bytes per value, 5 with
/// <see cref="FlatPrecision.Int8"/>, outside the managed heap: dispose the index.</remarks>
public sealed class FlatIndex : IMemoryIndex, IModelNote
{
    private readonly FlatStore _store;
    private readonly FlatIndexOptions _options;
    private readonly ReaderWriterLockSlim _lock = new();

    /// <summary>An empty index.</summary>
    /// <param name="dimension">Values in a vector.</param>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="options">How to scan.</param>
    public FlatIndex(int dimension, VectorMetric metric = VectorMetric.Cosine, FlatIndexOptions? options = null)
    {
        _options = options ?? new FlatIndexOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Threads, 1, nameof(options));
        _store = new FlatStore(dimension, metric, _options.Precision == FlatPrecision.Int8);
    }

    /// <inheritdoc/>
    public int Dimensions => _store.Dimensions;

    /// <inheritdoc/>
    public VectorMetric Metric => _store.Metric;

    /// <summary>Which model made the vectors: yours to say. Loading a gallery into an empty index says it too.</summary>
    public VectorModel Model { get; set; } = VectorModel.Unknown;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            using var reading = _lock.Read();
            return _store.Items.Count;
        }
    }

    /// <inheritdoc/>
    public long Bytes
    {
        get
        {
            using var reading = _lock.Read();
            return _store.Bytes;
        }
    }

    /// <inheritdoc/>
    ValueTask IModelNote.NoteModelAsync(VectorModel model, CancellationToken cancellationToken)
    {
        Model = Model.IsKnown || Count > 0 ? Model : model;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken = default) => new(Count);

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => Put(items, isNew: true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask UpdateAsync(IReadOnlyList<GalleryItem> items, CancellationToken cancellationToken = default) => Put(items, isNew: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(RemoveNow(ids));
    }

    /// <inheritdoc/>
    public ValueTask<GalleryItem?> GetAsync(long id, CancellationToken cancellationToken = default)
    {
        using var reading = _lock.Read();
        var row = _store.Items.RowOf(id);
        return new(row < 0 ? null : _store.Item(row));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GalleryItem> ItemsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var id in _store.SortedIds(_lock))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await GetAsync(id, cancellationToken).ConfigureAwait(false) is { } item)
            {
                yield return item;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IReadOnlyList<VectorMatch>>> SearchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = VectorCheck.Options(options);
        var block = new QueryBlock(queries, Dimensions, Metric);
        using var reading = _lock.Read();
        return new(FlatSearch.Run(_store, block, options, _options.Threads, _lock, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Dispose();
        _lock.Dispose();
    }

    /// <summary>The rows, for measurements.</summary>
    internal FlatStore Store => _store;

    bool IMemoryIndex.Contains(long id)
    {
        using var reading = _lock.Read();
        return _store.Items.RowOf(id) >= 0;
    }

    long IMemoryIndex.NextId() => _store.NextId(_lock);

    void IMemoryIndex.Put(IReadOnlyList<GalleryItem> items)
    {
        using var writing = _lock.Write();
        PutLocked(items);
    }

    internal int RemoveNow(IReadOnlyList<long> ids)
    {
        using var writing = _lock.Write();
        return ids.Count(_store.Remove);
    }

    private ValueTask Put(IReadOnlyList<GalleryItem> items, bool isNew, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ready = VectorCheck.Items(items, Dimensions, Metric);
        using var writing = _lock.Write();
        if (isNew)
        {
            _store.ThrowIfKnown(ready);
        }

        PutLocked(ready);
        return ValueTask.CompletedTask;
    }

    private void PutLocked(IReadOnlyList<GalleryItem> items)
    {
        foreach (var item in items)
        {
            _store.Put(item);
        }
    }
}
