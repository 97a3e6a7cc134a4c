using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Indexes.Hnsw;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>
/// The approximate index in memory: a graph (HNSW, by USearch) leads to candidates, and candidates are scored exactly, so
/// scores and the order of ties are those of <see cref="FlatIndex"/>; only an item that the graph did not lead to can be
/// missing. Items that no links lead to are scanned with every search. Small galleries, narrow filters and searches that the
/// graph leaves short of k are answered exactly.
/// </summary>
/// <remarks>Thread-safe as <see cref="IVectorIndex"/> says; a write makes searches wait while it links its items. Every call
/// completes synchronously. Removed items stay in the graph as tombstones until they are half of it; then the write that
/// makes them so rebuilds it.</remarks>
public sealed partial class HnswIndex : IMemoryIndex, IModelNote
{
    private const int Samples = 512;
    private readonly FlatStore _store;
    private readonly HnswOptions _options;
    private readonly ReaderWriterLockSlim _lock = new();
    private HnswGraph _graph;
    private SlotMap _slots = new();
    private GraphReach _reach = GraphReach.Empty; // what searches of the graph miss is scanned

    /// <summary>An empty index.</summary>
    /// <exception cref="DllNotFoundException">USearch has no native library for this system.</exception>
    public HnswIndex(int dimension, VectorMetric metric = VectorMetric.Cosine, HnswOptions? options = null)
    {
        _options = options ?? new HnswOptions();
        _options.Check();
        _store = new FlatStore(dimension, metric);
        _graph = NewGraph();
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
            return _store.Bytes + _graph.Bytes;
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
        using var writing = _lock.Write();
        var removed = ids.Count(_store.Remove);
        foreach (var id in ids)
        {
            _slots.Remove(id);
        }

        RebuildIfWorn();
        return new(removed);
    }

    /// <inheritdoc/>
    public ValueTask<GalleryItem?> GetAsync(long id, CancellationToken cancellationToken = default)
    {
        using var reading = _lock.Read();
        var row = _store.Items.RowOf(id);
        return new(row < 0 ? null : _store.Item(row));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GalleryItem> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
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
        if (ShouldScan(options))
        {
            return new(FlatSearch.Run(_store, block, options, 1, _lock, cancellationToken));
        }

        var answers = new IReadOnlyList<VectorMatch>[block.Count];
        for (var q = 0; q < answers.Length; q++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            answers[q] = SearchGraph(block[q], options)
                ?? FlatSearch.Run(_store, new QueryBlock([queries[q]], Dimensions, Metric), options, 1, _lock, cancellationToken)[0];
        }

        return new(answers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _graph.Dispose();
        _store.Dispose();
        _lock.Dispose();
    }

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

    private HnswGraph NewGraph() => new(_store.Vectors.Stride, Metric, _options);

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

        Link([.. items.Select(i => i.Id)]);
        RebuildIfWorn();
    }

    private void Link(long[] ids)
    {
        var from = _slots.Count;
        foreach (var id in ids)
        {
            _slots.Append(id);
        }

        _graph.Add(from, _slots.Count, slot => ref _store.Vectors.Row(_store.Items.RowOf(ids[slot - from])), _options.BuildThreads);

        // Pruning can take the last link to a node. To look for them takes a copy of the graph: it is
        // done when the graph has doubled.
        if (_slots.Count > _options.ScanUpTo && _slots.Count >= 2L * _reach.Count)
        {
            using var bytes = _graph.Save();
            _reach = _graph.Reach(bytes);
        }
    }

    private void RebuildIfWorn()
    {
        if (_slots.Tombstones > Math.Max(1000, _store.Items.Count))
        {
            RebuildLocked();
        }
    }

    private void RebuildLocked()
    {
        _graph.Dispose();
        _graph = NewGraph();
        _slots = new SlotMap();
        _reach = GraphReach.Empty;
        Link(_store.Items.Ids.ToArray());
    }

    /// <summary>
    /// Whether looking at every item is better than walking the graph: few items, or a filter that lets few through.
    /// </summary>
    private bool ShouldScan(SearchOptions options)
    {
        var count = _store.Items.Count;
        if (_reach.IsPoor || count <= Math.Max(_options.ScanUpTo, options.K))
        {
            return true;
        }

        if (options.Filter is not { } filter)
        {
            return false;
        }

        var step = Math.Max(1, count / Samples);
        int passed = 0, asked = 0;
        for (var row = 0; row < count; row += step, asked++)
        {
            passed += _store.Items.Matches(filter, row) ? 1 : 0;
        }

        // The walk must pass breadth / share nodes to find enough; a scan costs about a tenth as much a node.
        var share = (double)passed / asked;
        return Breadth(options) > share * count / 10;
    }

    private int Breadth(SearchOptions options) => Math.Max(options.K, options.Breadth ?? _options.SearchBreadth);

    /// <summary>Null where the graph leads to fewer than there should be.</summary>
    private VectorMatch[]? SearchGraph(ReadOnlySpan<float> query, SearchOptions options)
    {
        var breadth = Math.Min(Breadth(options), _store.Items.Count);
        var slots = ArrayPool<ulong>.Shared.Rent(breadth);
        var rows = ArrayPool<int>.Shared.Rent(breadth + _reach.Unreachable.Length);
        try
        {
            var accepts = Acceptance(options.Filter);
            var found = _graph.Search(query, slots.AsSpan(0, breadth), accepts);
            if (found < options.K || _reach.MayBeCaught(slots.AsSpan(0, found)))
            {
                return null;
            }

            for (var i = 0; i < found; i++)
            {
                rows[i] = _store.Items.RowOf(_slots.IdOf((int)slots[i]));
            }

            var count = found;
            foreach (var slot in _reach.Unreachable)
            {
                // Later links may lead to it after all.
                if (accepts?.Invoke(slot) != false && !slots.AsSpan(0, found).Contains((ulong)slot))
                {
                    rows[count++] = _store.Items.RowOf(_slots.IdOf(slot));
                }
            }

            var top = new TopK(new Scored[options.K], options.MinScore);
            _store.Rescore(rows.AsSpan(0, count), query, _store.QueryPart(query), ref top);
            return FlatSearch.Matches(_store, top);
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(slots);
            ArrayPool<int>.Shared.Return(rows);
        }
    }

    private Func<int, bool>? Acceptance(ItemFilter? filter)
    {
        if (filter is null)
        {
            return _slots.Tombstones == 0 ? null : slot => _slots.IdOf(slot) >= 0;
        }

        return slot =>
        {
            var id = _slots.IdOf(slot);
            return id >= 0 && _store.Items.Matches(filter, _store.Items.RowOf(id));
        };
    }
}
