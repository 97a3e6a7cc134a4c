using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>Takes what a log holds, in the order it was written.</summary>
internal interface ILogReader
{
    /// <summary>The header; comes first.</summary>
    void Begin(GalleryHeader header);

    /// <summary>Items that were stored.</summary>
    void Put(ulong sequence, GalleryItem[] items);

    /// <summary>Ids that were removed.</summary>
    void Remove(ulong sequence, long[] ids);

    /// <summary>A frame is done; the checksum tells it from a frame of the same number in another log.</summary>
    void EndFrame(ulong sequence, uint checksum)
    {
    }
}
