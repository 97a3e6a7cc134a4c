using System.Runtime.InteropServices;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>Which state of a gallery a graph was saved over.</summary>
/// <param name="FileId">The file id of the gallery.</param>
/// <param name="Sequence">The last frame that the graph knows; 0 for none.</param>
/// <param name="Checksum">That frame's checksum: a gallery that was brought back from a copy and went on may have another
/// frame of that number.</param>
internal readonly record struct GraphMark(Guid FileId, ulong Sequence, uint Checksum);

/// <summary>
/// The graph of an HNSW index, kept beside the gallery as <c>NAME.hnsw</c> so that opening need not build it. Nothing but
/// time is lost without it: a file that is corrupt, older than this version, or belongs to another gallery or another state
/// of it, is ignored. Little-endian: magic (8 bytes), version (4), file id of the gallery (16), last frame that it knows (8)
/// and that frame's checksum (4), slots (8), bytes of the graph (8), 1 where the graph is of no use
/// (<see cref="IsPoor"/>) or else 0 (4), CRC-32C of all else (4), ids of the slots (8
/// each), graph.
/// </summary>
internal sealed class GraphFile : IDisposable
{
    private const uint Version = 2;
    private const int HeadBytes = 64;

    private GraphFile(GraphMark mark, bool isPoor, long[] slots, NativeBuffer graph)
    {
        Mark = mark;
        IsPoor = isPoor;
        Slots = slots;
        Graph = graph;
    }

    /// <summary>What it was saved over.</summary>
    public GraphMark Mark { get; }

    /// <summary>
    /// Whether searches of the graph missed most items when it was saved: a new one over the same items would be no better.
    /// </summary>
    public bool IsPoor { get; }

    /// <summary>The id of each slot, -1 for a tombstone.</summary>
    public long[] Slots { get; }

    /// <summary>The graph, as USearch writes it.</summary>
    public NativeBuffer Graph { get; }

    private static ReadOnlySpan<byte> Magic => "PPLCHNSW"u8;

    /// <summary>Where the graph of a gallery lies.</summary>
    public static string PathOf(string galleryPath) => galleryPath + ".hnsw";

    /// <summary>Writes the graph of an index.</summary>
    public static void Write(string path, GraphMark mark, HnswIndex index)
    {
        var (graph, slots, isPoor) = index.Save();
        using (graph)
        {
            var head = new byte[HeadBytes];
            Magic.CopyTo(head);
            BitConverter.TryWriteBytes(head.AsSpan(8), Version);
            mark.FileId.TryWriteBytes(head.AsSpan(12));
            BitConverter.TryWriteBytes(head.AsSpan(28), mark.Sequence);
            BitConverter.TryWriteBytes(head.AsSpan(36), mark.Checksum);
            BitConverter.TryWriteBytes(head.AsSpan(40), (long)slots.Length);
            BitConverter.TryWriteBytes(head.AsSpan(48), graph.Length);
            BitConverter.TryWriteBytes(head.AsSpan(56), isPoor ? 1 : 0);
            BitConverter.TryWriteBytes(head.AsSpan(60), Crc(head, slots, graph));
            AtomicFile.Write(path, overwrite: true, stream =>
            {
                stream.Write(head);
                stream.Write(MemoryMarshal.AsBytes<long>(slots));
                foreach (var part in graph.Parts())
                {
                    stream.Write(part.Span);
                }
            });
        }
    }

    /// <summary>Reads a graph of the gallery with this file id; null where there is none that is whole.</summary>
    public static GraphFile? Read(string path, Guid fileId)
    {
        if (!File.Exists(path) || FileKind.SpecialName(path) is not null)
        {
            return null;
        }

        using var stream = InputFile.OpenRead(path);
        var head = new byte[HeadBytes];
        if (stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes
            || !head.AsSpan(0, 8).SequenceEqual(Magic) || BitConverter.ToUInt32(head, 8) != Version || new Guid(head.AsSpan(12, 16)) != fileId)
        {
            return null;
        }

        long slotCount = BitConverter.ToInt64(head, 40), graphBytes = BitConverter.ToInt64(head, 48);
        var left = stream.Length - HeadBytes;
        if (slotCount < 0 || slotCount > Math.Min(left / sizeof(long), Array.MaxLength / sizeof(long)) || graphBytes != left - (slotCount * sizeof(long)))
        {
            return null;
        }

        var slots = new long[slotCount];
        var graph = new NativeBuffer(graphBytes);
        try
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(slots.AsSpan()));
            foreach (var part in graph.Parts())
            {
                stream.ReadExactly(part.Span);
            }

            if (Crc(head, slots, graph) == BitConverter.ToUInt32(head, 60))
            {
                var mark = new GraphMark(fileId, BitConverter.ToUInt64(head, 28), BitConverter.ToUInt32(head, 36));
                return new GraphFile(mark, BitConverter.ToInt32(head, 56) == 1, slots, graph);
            }
        }
        catch (EndOfStreamException)
        {
            // It shrank while it was read.
        }

        graph.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Graph.Dispose();

    private static uint Crc(ReadOnlySpan<byte> head, long[] slots, NativeBuffer graph) => graph.Parts()
        .Aggregate(Crc32C.Append(Crc32C.Of(head[..60]), MemoryMarshal.AsBytes<long>(slots)), (crc, part) => Crc32C.Append(crc, part.Span));
}
