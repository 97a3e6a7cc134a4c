using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>Makes the index in memory from a gallery's log, and from its saved graph where there is one that fits.</summary>
internal sealed class MemoryIndexLoader(string path, GalleryOptions options) : ILogReader, IDisposable
{
    private readonly HashSet<long> _touched = [];
    private IMemoryIndex? _index;
    private GraphFile? _graph;
    private bool _isGraphOfThisLog;

    public void Begin(GalleryHeader header)
    {
        _index = (options.Index ?? header.Index) switch
        {
            GalleryIndexKind.Flat => new FlatIndex(header.Dimensions, header.Metric, new FlatIndexOptions { Threads = options.Threads }),
            GalleryIndexKind.FlatInt8 => new FlatIndex(
                header.Dimensions, header.Metric, new FlatIndexOptions { Threads = options.Threads, Precision = FlatPrecision.Int8 }),
            _ => new HnswIndex(header.Dimensions, header.Metric, options.Hnsw),
        };
        _graph = _index is HnswIndex ? GraphFile.Read(GraphFile.PathOf(path), header.FileId) : null;
        _isGraphOfThisLog = _graph?.Mark is { Sequence: 0, Checksum: 0 };
    }

    public void Put(ulong sequence, GalleryItem[] items)
    {
        if (_index is HnswIndex hnsw)
        {
            // A graph is built over what is left at the end, not over every version of an item on the way there.
            hnsw.PutUnlinked(items);
            Touch(sequence, items.Select(i => i.Id));
        }
        else
        {
            _index!.Put(items);
        }
    }

    public void Remove(ulong sequence, long[] ids)
    {
        if (_index is HnswIndex hnsw)
        {
            hnsw.RemoveUnlinked(ids);
            Touch(sequence, ids);
        }
        else
        {
            ((FlatIndex)_index!).RemoveNow(ids);
        }
    }

    public void EndFrame(ulong sequence, uint checksum)
    {
        if (_graph is { } graph && graph.Mark.Sequence == sequence)
        {
            _isGraphOfThisLog = graph.Mark.Checksum == checksum;
        }
    }

    /// <summary>The index; the caller owns it from here on.</summary>
    public IMemoryIndex Finish()
    {
        var index = _index!;
        if (index is HnswIndex hnsw)
        {
            // A graph that knows a frame which the log has not, or has otherwise, was saved over another state: the gallery
            // was brought back from a copy.
            if (_graph is null || !_isGraphOfThisLog)
            {
                hnsw.Rebuild();
            }
            else
            {
                hnsw.Restore(_graph.Graph, _graph.Slots, _touched, _graph.IsPoor);
            }
        }

        _index = null;
        _graph?.Dispose();
        _graph = null;
        return index;
    }

    public void Dispose()
    {
        _index?.Dispose();
        _graph?.Dispose();
    }

    private void Touch(ulong sequence, IEnumerable<long> ids)
    {
        if (_graph is not null && sequence > _graph.Mark.Sequence)
        {
            _touched.UnionWith(ids);
        }
    }
}
