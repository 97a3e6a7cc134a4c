using System.Numerics.Tensors;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// Items and their vectors in rows, and the exact scores between rows and queries. Every score is an inner product plus a
/// part of the row plus a part of the query, so one kernel serves every metric. Not thread-safe; its owner holds a
/// reader-writer lock.
/// </summary>
internal sealed class FlatStore : IDisposable
{
    private readonly List<float> _rowParts = [];

    /// <summary>An empty store.</summary>
    public FlatStore(int dimension, VectorMetric metric, bool withCodes = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Dimensions = dimension;
        Metric = metric;
        Vectors = new NativeBlocks<float>(DotKernel.Stride(dimension));
        Codes = withCodes ? new Int8Codes(dimension) : null;
    }

    public int Dimensions { get; }

    public VectorMetric Metric { get; }

    /// <summary>Ids, labels and metadata of the rows.</summary>
    public ItemTable Items { get; } = new();

    /// <summary>The vectors of the rows, padded with zeros.</summary>
    public NativeBlocks<float> Vectors { get; }

    /// <summary>The vectors once more as bytes, where asked for.</summary>
    public Int8Codes? Codes { get; }

    /// <summary>What each row adds to its inner products; empty where the metric adds nothing.</summary>
    public ReadOnlySpan<float> RowParts => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rowParts);

    /// <summary>Bytes that vectors and codes take.</summary>
    public long Bytes => Vectors.Bytes + (Codes?.Bytes ?? 0);

    /// <summary>Stores a checked item, replacing one of the same id.</summary>
    public void Put(GalleryItem item)
    {
        var row = Items.RowOf(item.Id);
        if (row < 0)
        {
            row = Items.Append(item);
            Vectors.EnsureCapacity(row + 1);
            Codes?.EnsureCapacity(row + 1);
            if (Metric == VectorMetric.L2)
            {
                _rowParts.Add(0);
            }
        }
        else
        {
            Items.Replace(row, item);
        }

        var vector = item.Vector.Span;
        vector.CopyTo(Vectors.RowSpan(row));
        Codes?.Set(row, vector);
        if (Metric == VectorMetric.L2)
        {
            _rowParts[row] = -TensorPrimitives.SumOfSquares(vector) / 2;
        }
    }

    /// <summary>Removes an item.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long id)
    {
        var row = Items.RowOf(id);
        if (row < 0)
        {
            return false;
        }

        var last = Items.Count - 1;
        Items.Remove(row);
        if (row != last)
        {
            Vectors.RowSpan(last).CopyTo(Vectors.RowSpan(row));
            Codes?.Move(last, row);
        }

        if (Metric == VectorMetric.L2)
        {
            _rowParts[row] = _rowParts[last];
            _rowParts.RemoveAt(last);
        }

        return true;
    }

    /// <summary>What a query adds to its inner products.</summary>
    public float QueryPart(ReadOnlySpan<float> query) => Metric == VectorMetric.L2 ? 1 - (TensorPrimitives.SumOfSquares(query) / 2) : 0;

    /// <summary>The item of a row with a copy of its vector.</summary>
    public GalleryItem Item(int row) => Items.Item(row, Vectors.RowSpan(row)[..Dimensions].ToArray());

    /// <summary>Scores the rows of candidates exactly, as a scan would bit for bit, and offers them.</summary>
    public void Rescore(ReadOnlySpan<int> rows, ReadOnlySpan<float> query, float queryPart, ref TopK top)
    {
        var parts = RowParts;
        var ids = Items.Ids;
        for (var i = 0; i < rows.Length; i += DotKernel.Rows)
        {
            var n = Math.Min(DotKernel.Rows, rows.Length - i);
            int At(ReadOnlySpan<int> all, int j) => all[i + Math.Min(j, n - 1)];
            var dots = DotKernel.Gather(
                in Vectors.Row(At(rows, 0)), in Vectors.Row(At(rows, 1)), in Vectors.Row(At(rows, 2)), in Vectors.Row(At(rows, 3)),
                Vectors.Stride, in query[0]);
            for (var j = 0; j < n; j++)
            {
                var row = rows[i + j];
                var score = parts.IsEmpty ? dots[j] : dots[j] + (parts[row] + queryPart);
                top.Offer(new Scored(score, ids[row], row));
            }
        }
    }

    /// <summary>Rejects items whose ids already exist.</summary>
    public void ThrowIfKnown(IReadOnlyList<GalleryItem> items)
    {
        if (items.FirstOrDefault(i => Items.RowOf(i.Id) >= 0) is { } known)
        {
            throw VectorCheck.Duplicate(known.Id);
        }
    }

    /// <summary>Every id in ascending order, read under the owner's lock.</summary>
    public long[] SortedIds(ReaderWriterLockSlim gate)
    {
        using var reading = gate.Read();
        var ids = Items.Ids.ToArray();
        Array.Sort(ids);
        return ids;
    }

    /// <summary>The lowest id above every one in use, read under the owner's lock.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public long NextId(ReaderWriterLockSlim gate)
    {
        using var reading = gate.Read();
        return Items.Count == 0 ? 0
            : TensorPrimitives.Max(Items.Ids) is < long.MaxValue and var highest ? highest + 1
            : throw new InvalidOperationException($"Item {long.MaxValue} has the highest id there is; choose the ids of new items yourself.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Vectors.Dispose();
        Codes?.Dispose();
    }
}
