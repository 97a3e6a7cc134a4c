using System.Runtime.InteropServices;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>What stands in each row, vectors aside. The last row fills the hole that a removal leaves. Not thread-safe.</summary>
internal sealed class ItemTable
{
    private readonly List<long> _ids = [];
    private readonly List<string> _labels = [];
    private readonly List<IReadOnlyDictionary<string, MetadataValue>> _metadata = [];
    private readonly Dictionary<long, int> _rows = [];
    private readonly Dictionary<string, string> _labelPool = new(StringComparer.Ordinal);

    /// <summary>Rows.</summary>
    public int Count => _ids.Count;

    /// <summary>The id in each row.</summary>
    public ReadOnlySpan<long> Ids => CollectionsMarshal.AsSpan(_ids);

    /// <summary>The row of an id, or -1.</summary>
    public int RowOf(long id) => _rows.GetValueOrDefault(id, -1);

    /// <summary>Appends a row.</summary>
    /// <returns>Its number.</returns>
    public int Append(GalleryItem item)
    {
        var row = Count;
        _rows.Add(item.Id, row);
        _ids.Add(item.Id);
        _labels.Add(Pooled(item.Label));
        _metadata.Add(item.Metadata);
        return row;
    }

    /// <summary>Replaces label and metadata of a row.</summary>
    public void Replace(int row, GalleryItem item)
    {
        _labels[row] = Pooled(item.Label);
        _metadata[row] = item.Metadata;
    }

    /// <summary>Removes a row; the last row moves to its place.</summary>
    public void Remove(int row)
    {
        var last = Count - 1;
        _rows.Remove(_ids[row]);
        if (row != last)
        {
            _ids[row] = _ids[last];
            _labels[row] = _labels[last];
            _metadata[row] = _metadata[last];
            _rows[_ids[row]] = row;
        }

        _ids.RemoveAt(last);
        _labels.RemoveAt(last);
        _metadata.RemoveAt(last);
    }

    /// <summary>Whether the filter lets a row through.</summary>
    public bool Matches(ItemFilter filter, int row) => filter.Matches(_ids[row], _labels[row], _metadata[row]);

    /// <summary>The public form of a found row.</summary>
    public VectorMatch Match(in Scored found) => new(found.Id, _labels[found.Row], found.Score, _metadata[found.Row]);

    /// <summary>The item of a row.</summary>
    public GalleryItem Item(int row, ReadOnlyMemory<float> vector) => new(_ids[row], _labels[row], vector, _metadata[row]);

    // Thousands of items share a label; one string is enough.
    private string Pooled(string label)
    {
        ref var pooled = ref CollectionsMarshal.GetValueRefOrAddDefault(_labelPool, label, out _);
        return pooled ??= label;
    }
}
