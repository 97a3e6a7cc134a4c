using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>Reads a log only to check it.</summary>
internal sealed class NothingReader : ILogReader
{
    public static NothingReader Instance { get; } = new();

    public void Begin(GalleryHeader header)
    {
    }

    public void Put(ulong sequence, GalleryItem[] items)
    {
    }

    public void Remove(ulong sequence, long[] ids)
    {
    }
}
