using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>Makes the index in memory from a gallery's log, and from its saved graph where there is one.</summary>
internal sealed class MemoryIndexLoader(string path, GalleryOptions options) : ILogReader, IDisposable
{
    // A graph is built over what is left at the end, not over every version of an item on the way there.
    private readonly Dictionary<long, GalleryItem> _items = [];
    private readonly HashSet<long> _touched = [];
    private IMemoryIndex? _index;
    private GraphFile? _graph;

    public void Begin(GalleryHeader header)
    {
        _index = (options.Index ?? header.Index) switch
        {
            GalleryIndexKind.Flat => new FlatIndex(header.Dimensions, header.Metric, new FlatIndexOptions { Threads = options.Threads }),
            GalleryIndexKind.FlatInt8 => new FlatIndex(
                header.Dimensions, header.Metric, new FlatIndexOptions { Threads = options.Threads, Precision = FlatPrecision.Int8 }),
            _ => new HnswIndex(header.Dimensions, header.Metric, options.Hnsw),
        };
        if (_index is HnswIndex && GraphFile.Read(GraphFile.PathOf(path)) is { } graph && graph.FileId == header.FileId)
        {
            _graph = graph;
        }
    }

    public void Put(ulong sequence, GalleryItem[] items)
    {
        if (_index is FlatIndex)
        {
            _index.Put(items);
            return;
        }

        foreach (var item in items)
        {
            _items[item.Id] = item;
            Touch(sequence, item.Id);
        }
    }

    public void Remove(ulong sequence, long[] ids)
    {
        if (_index is FlatIndex flat)
        {
            flat.RemoveNow(ids);
            return;
        }

        foreach (var id in ids)
        {
            _items.Remove(id);
            Touch(sequence, id);
        }
    }

    /// <summary>The index; the caller owns it from here on.</summary>
    public IMemoryIndex Finish()
    {
        var index = _index!;
        if (index is HnswIndex hnsw)
        {
            if (_graph is null)
            {
                index.Put([.. _items.Values]);
            }
            else
            {
                hnsw.Restore(_items.Values, _graph.Graph, _graph.Slots, _touched);
            }
        }

        _index = null;
        return index;
    }

    public void Dispose() => _index?.Dispose();

    private void Touch(ulong sequence, long id)
    {
        if (_graph is not null && sequence > _graph.Sequence)
        {
            _touched.Add(id);
        }
    }
}
