namespace PPLCNet.Vision.Retrieval.Indexes.Hnsw;

/// <summary>
/// Which item each slot of the graph stands for; a removed or replaced item leaves a tombstone. Not thread-safe.
/// </summary>
internal sealed class SlotMap
{
    private const long Tombstone = -1;
    private readonly List<long> _ids = [];
    private readonly Dictionary<long, int> _slots = [];

    /// <summary>Slots, tombstones among them.</summary>
    public int Count => _ids.Count;

    /// <summary>Tombstones.</summary>
    public int Tombstones => _ids.Count - _slots.Count;

    /// <summary>The id of each slot, -1 for a tombstone.</summary>
    public IReadOnlyList<long> Ids => _ids;

    /// <summary>The id of a slot, -1 for a tombstone.</summary>
    public long IdOf(int slot) => _ids[slot];

    /// <summary>Whether an item has a slot.</summary>
    public bool Contains(long id) => _slots.ContainsKey(id);

    /// <summary>Gives an item a new slot; an older one becomes a tombstone.</summary>
    public void Append(long id)
    {
        Remove(id);
        _slots[id] = _ids.Count;
        _ids.Add(id);
    }

    /// <summary>Turns an item's slot into a tombstone.</summary>
    public void Remove(long id)
    {
        if (_slots.Remove(id, out var slot))
        {
            _ids[slot] = Tombstone;
        }
    }

    /// <summary>Takes over saved slots into an empty map.</summary>
    /// <returns>False where an id occurs twice or is none.</returns>
    public bool TryLoad(IReadOnlyList<long> ids)
    {
        foreach (var id in ids)
        {
            if (id < Tombstone || (id != Tombstone && !_slots.TryAdd(id, _ids.Count)))
            {
                return false;
            }

            _ids.Add(id);
        }

        return true;
    }
}
