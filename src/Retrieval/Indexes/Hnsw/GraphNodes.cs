using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PPLCNet.Vision.Retrieval.Galleries.Files;

namespace PPLCNet.Vision.Retrieval.Indexes.Hnsw;

/// <summary>The nodes of a serialized graph whose structure <see cref="GraphLayout"/> has checked.</summary>
/// <param name="graph">The bytes; they must outlive the nodes.</param>
/// <param name="offsets">Where each node starts.</param>
/// <param name="rowBytes">Bytes of a stored vector.</param>
/// <param name="entry">The node that searches start from.</param>
internal sealed class GraphNodes(NativeBuffer graph, long[] offsets, int rowBytes, int entry)
{
    private const int MatrixHeadBytes = 8, LinksAt = 10;

    /// <summary>Nodes.</summary>
    public int Count => offsets.Length;

    /// <summary>The node that searches start from.</summary>
    public int Entry => entry;

    /// <summary>The slot that a node stands for.</summary>
    public int SlotOf(int node) => (int)BinaryPrimitives.ReadInt64LittleEndian(graph.Span(offsets[node], sizeof(long)));

    /// <summary>The vector of a node, as the graph stores it.</summary>
    public ReadOnlySpan<byte> Row(int node) => graph.Span(MatrixHeadBytes + ((long)node * rowBytes), rowBytes);

    /// <summary>The nodes that a node links to on the ground level.</summary>
    public ReadOnlySpan<uint> Links(int node)
    {
        var at = offsets[node] + LinksAt;
        var used = BinaryPrimitives.ReadInt32LittleEndian(graph.Span(at, sizeof(uint)));
        return MemoryMarshal.Cast<byte, uint>(graph.Span(at + sizeof(uint), used * sizeof(uint)));
    }
}
