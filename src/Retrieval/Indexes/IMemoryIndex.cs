using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>What a gallery needs of an index in memory beyond the public calls. Thread-safe like those.</summary>
internal interface IMemoryIndex : IVectorIndex
{
    /// <summary>How many items there are.</summary>
    int Count { get; }

    /// <summary>Bytes held, labels and metadata not counted.</summary>
    long Bytes { get; }

    /// <summary>Whether an item has this id.</summary>
    bool Contains(long id);

    /// <summary>The lowest id above every one in use.</summary>
    long NextId();

    /// <summary>Stores items that were checked (and normalized) already.</summary>
    void Put(IReadOnlyList<GalleryItem> items);
}
