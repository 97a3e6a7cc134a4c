using System.Runtime.InteropServices;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>
/// The graph of an HNSW index, kept beside the gallery as <c>NAME.hnsw</c> so that opening need not build it. Nothing but time is lost without it:
/// a file that is damaged, or belongs to another gallery, is passed over. Little-endian: magic (8 bytes), version (4), file id of the gallery (16),
/// last frame it knows (8), slots (4), bytes of the graph (4), CRC-32C of all else (4), ids of the slots (8 each), graph.
/// </summary>
internal sealed record GraphFile(Guid FileId, ulong Sequence, long[] Slots, byte[] Graph)
{
    private const uint Version = 1;
    private const int HeadBytes = 48;

    private static ReadOnlySpan<byte> Magic => "PPLCHNSW"u8;

    /// <summary>Where the graph of a gallery lies.</summary>
    public static string PathOf(string galleryPath) => galleryPath + ".hnsw";

    /// <summary>Writes the graph of an index.</summary>
    public static void Write(string path, Guid fileId, ulong sequence, HnswIndex index)
    {
        var (graph, slots) = index.Save();
        var head = new byte[HeadBytes];
        Magic.CopyTo(head);
        BitConverter.TryWriteBytes(head.AsSpan(8), Version);
        fileId.TryWriteBytes(head.AsSpan(12));
        BitConverter.TryWriteBytes(head.AsSpan(28), sequence);
        BitConverter.TryWriteBytes(head.AsSpan(36), slots.Length);
        BitConverter.TryWriteBytes(head.AsSpan(40), graph.Length);
        BitConverter.TryWriteBytes(head.AsSpan(44), Crc(head, slots, graph));
        AtomicFile.Write(path, overwrite: true, stream =>
        {
            stream.Write(head);
            stream.Write(MemoryMarshal.AsBytes<long>(slots));
            stream.Write(graph);
        });
    }

    /// <summary>Reads a graph; null where there is none that is whole.</summary>
    public static GraphFile? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var stream = File.OpenRead(path);
        var head = new byte[HeadBytes];
        if (stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes
            || !head.AsSpan(0, 8).SequenceEqual(Magic) || BitConverter.ToUInt32(head, 8) != Version)
        {
            return null;
        }

        int slotCount = BitConverter.ToInt32(head, 36), graphBytes = BitConverter.ToInt32(head, 40);
        if (slotCount < 0 || graphBytes < 0 || stream.Length != HeadBytes + (slotCount * 8L) + graphBytes)
        {
            return null;
        }

        var slots = new long[slotCount];
        var graph = new byte[graphBytes];
        stream.ReadExactly(MemoryMarshal.AsBytes(slots.AsSpan()));
        stream.ReadExactly(graph);
        return Crc(head, slots, graph) == BitConverter.ToUInt32(head, 44)
            ? new GraphFile(new Guid(head.AsSpan(12, 16)), BitConverter.ToUInt64(head, 28), slots, graph)
            : null;
    }

    private static uint Crc(ReadOnlySpan<byte> head, long[] slots, byte[] graph) =>
        Crc32C.Of(head[..44]) ^ (Crc32C.Of(MemoryMarshal.AsBytes<long>(slots)) * 3) ^ (Crc32C.Of(graph) * 5);
}
