using System.Numerics.Tensors;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes.Hnsw;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <content>Saving the graph, and making the index from a gallery and a saved graph.</content>
public sealed partial class HnswIndex
{
    private const int Probes = 64;

    /// <summary>What searches of the graph miss.</summary>
    internal GraphReach Reach => _reach;

    /// <summary>Rebuilds the graph, without tombstones.</summary>
    internal void Rebuild()
    {
        using var writing = _lock.Write();
        RebuildLocked();
    }

    /// <summary>The state that a graph file keeps; the caller owns the graph.</summary>
    internal (NativeBuffer Graph, long[] Slots, bool IsPoor) Save()
    {
        using var reading = _lock.Read();
        var graph = _graph.Save();
        return (graph, [.. _slots.Ids], _graph.Reach(graph).IsPoor);
    }

    /// <summary>
    /// Stores checked items of an index that is being filled; <see cref="Restore"/> or <see cref="Rebuild"/> links them.
    /// </summary>
    internal void PutUnlinked(IReadOnlyList<GalleryItem> items)
    {
        using var writing = _lock.Write();
        foreach (var item in items)
        {
            _store.Put(item);
        }
    }

    /// <summary>Takes items out of an index that is being filled.</summary>
    internal void RemoveUnlinked(IReadOnlyList<long> ids)
    {
        using var writing = _lock.Write();
        foreach (var id in ids)
        {
            _store.Remove(id);
        }
    }

    /// <summary>
    /// Links the items by a graph that was saved over most of them, and the ids that were written or removed since.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="slots">The id of each slot, -1 for a tombstone.</param>
    /// <param name="touched">Ids that were written or removed since.</param>
    /// <param name="mayBePoor">Whether the graph was of no use when it was saved, so that another one would be no better.</param>
    /// <returns>False, with a graph rebuilt, where the saved one does not fit the items.</returns>
    internal bool Restore(NativeBuffer graph, long[] slots, IReadOnlySet<long> touched, bool mayBePoor = false)
    {
        using var writing = _lock.Write();
        var fits = _slots.TryLoad(slots)
            && slots.All(id => id < 0 || touched.Contains(id) || _store.Items.RowOf(id) >= 0);
        if (fits)
        {
            foreach (var id in touched)
            {
                _slots.Remove(id);
            }

            var reach = _graph.TryLoad(graph, slots.Length, Original);
            _reach = reach ?? GraphReach.Empty;
            fits = reach is not null && (reach.IsPoor ? mayBePoor : FindsItsItems());
        }

        if (fits)
        {
            Link([.. _store.Items.Ids.ToArray().Where(id => !_slots.Contains(id))]);
            RebuildIfWorn();
        }
        else
        {
            RebuildLocked();
        }

        return fits;
    }

    /// <summary>
    /// Whether the graph leads to items that are searched for by their own vectors: it does not where it was made of other
    /// vectors.
    /// </summary>
    private bool FindsItsItems()
    {
        var step = Math.Max(1, _slots.Count / Probes);
        int asked = 0, found = 0;
        var nearest = new ulong[Math.Min(Math.Max(Probes, _options.SearchBreadth), Math.Max(1, _slots.Count))];
        for (var slot = 0; slot < _slots.Count; slot += step)
        {
            if (_slots.IdOf(slot) is >= 0 and var id)
            {
                var vector = _store.Vectors.RowSpan(_store.Items.RowOf(id));
                var n = _graph.Search(vector, nearest, Acceptance(null));
                var own = TensorPrimitives.Dot<float>(vector, vector);
                asked++;

                // A twin is as good; inner products know longer vectors that are better.
                found += nearest.AsSpan(0, n).Contains((ulong)slot) || (n > 0 && Score(nearest[0], vector) >= own - (1e-3f * MathF.Abs(own))) ? 1 : 0;
            }
        }

        return found >= asked * 0.75;
    }

    private float Score(ulong slot, ReadOnlySpan<float> vector) =>
        TensorPrimitives.Dot<float>(_store.Vectors.RowSpan(_store.Items.RowOf(_slots.IdOf((int)slot))), vector);

    private ReadOnlySpan<float> Original(int slot) =>
        _slots.IdOf(slot) is >= 0 and var id ? _store.Vectors.RowSpan(_store.Items.RowOf(id)) : [];
}
