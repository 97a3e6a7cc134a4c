using System.Buffers.Binary;
using PPLCNet.Vision.Retrieval.Galleries.Files;

namespace PPLCNet.Vision.Retrieval.Indexes.Hnsw;

/// <summary>
/// Walks a serialized graph of USearch (format 2) before it is loaded, because USearch follows every number in it unchecked:
/// a matrix of the vectors (rows and bytes of a row, 4 bytes each, then the rows); a head of 64 bytes (versions, kinds,
/// counts, dimensions); the size, links above and on the ground level, highest level and entry (8 bytes each); the level of
/// every node (2 bytes each); then the nodes: key (8), level (2), and for every level from the ground up a count (4) and room
/// for the links of that level (4 each). Little-endian.
/// </summary>
internal sealed class GraphLayout
{
    private const int HeadBytes = 64;
    private const int KindsAt = 13, KindsBytes = 4, CountAt = 17, DeletedAt = 25, DimensionsAt = 33, DimensionsBytes = 9;
    private const int GraphHeadBytes = 40;
    private const int NodeHeadBytes = 10;

    private readonly byte[] _head;
    private readonly int _connectivity;
    private readonly int _connectivityBase;

    /// <summary>Reads what every graph of some settings has in common from an empty one.</summary>
    public GraphLayout(NativeBuffer empty)
    {
        var bytes = empty.Span(0, checked((int)empty.Length));
        var columns = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var rows = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (rows != 0 || bytes.Length != 8 + HeadBytes + GraphHeadBytes)
        {
            throw new InvalidOperationException($"USearch: expected an empty graph of {8 + HeadBytes + GraphHeadBytes} bytes, found {rows} rows of {columns} in {bytes.Length}.");
        }

        _head = bytes.Slice(8, HeadBytes).ToArray();
        _connectivity = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 + HeadBytes + 8)..]);
        _connectivityBase = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 + HeadBytes + 16)..]);
    }

    /// <summary>
    /// What is wrong with a graph of <paramref name="count"/> nodes whose keys are 0 to count - 1; null where it can be
    /// loaded.
    /// </summary>
    /// <param name="graph">The bytes.</param>
    /// <param name="count">Nodes expected.</param>
    /// <param name="rowBytes">Bytes of a stored vector.</param>
    /// <param name="nodes">The nodes, where nothing is wrong; they refer to <paramref name="graph"/>.</param>
    public string? Fault(NativeBuffer graph, int count, int rowBytes, out GraphNodes? nodes)
    {
        nodes = null;
        if (graph.Length < 8)
        {
            return "no matrix";
        }

        long rows = BinaryPrimitives.ReadUInt32LittleEndian(graph.Span(0, 8)), columns = BinaryPrimitives.ReadUInt32LittleEndian(graph.Span(4, 4));
        var at = 8 + (rows * columns);
        if (rows != count || columns != rowBytes || graph.Length - at < HeadBytes + GraphHeadBytes + (2L * count))
        {
            return $"expected {count} vectors of {rowBytes} bytes, found {rows} of {columns}";
        }

        var head = graph.Span(at, HeadBytes);
        if (!head[..9].SequenceEqual(_head.AsSpan(0, 9)) // magic and the major version
            || !head.Slice(KindsAt, KindsBytes).SequenceEqual(_head.AsSpan(KindsAt, KindsBytes))
            || !head.Slice(DimensionsAt, DimensionsBytes).SequenceEqual(_head.AsSpan(DimensionsAt, DimensionsBytes))
            || BinaryPrimitives.ReadInt64LittleEndian(head[CountAt..]) != count || BinaryPrimitives.ReadInt64LittleEndian(head[DeletedAt..]) != 0)
        {
            return "a head of other settings";
        }

        return FaultOfNodes(graph, at + HeadBytes, count, rowBytes, out nodes);
    }

    private string? FaultOfNodes(NativeBuffer graph, long at, int count, int rowBytes, out GraphNodes? nodes)
    {
        nodes = null;
        var head = graph.Span(at, GraphHeadBytes);
        long Number(int index, ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt64LittleEndian(from[(8 * index)..]);
        long highest = Number(3, head), entry = Number(4, head);
        if (Number(0, head) != count || Number(1, head) != _connectivity || Number(2, head) != _connectivityBase)
        {
            return "a graph of other settings";
        }

        at += GraphHeadBytes;
        var levels = new short[count];
        for (var i = 0; i < count; i++, at += 2)
        {
            levels[i] = BinaryPrimitives.ReadInt16LittleEndian(graph.Span(at, 2));
            if (levels[i] < 0 || levels[i] > highest)
            {
                return $"node {i} on level {levels[i]} of {highest}";
            }
        }

        if (count > 0 && (entry < 0 || entry >= count || highest > short.MaxValue || levels[entry] != highest))
        {
            return $"the entry {entry} on level {highest}";
        }

        var seen = new bool[count];
        var offsets = new long[count];
        for (var i = 0; i < count; i++)
        {
            var bytes = NodeHeadBytes + 4 + (4L * _connectivityBase) + ((4 + (4L * _connectivity)) * levels[i]);
            if (bytes > graph.Length - at)
            {
                return $"node {i} beyond the end";
            }

            var node = graph.Span(at, (int)bytes);
            var key = BinaryPrimitives.ReadUInt64LittleEndian(node);
            if (key >= (ulong)count || seen[key] || BinaryPrimitives.ReadInt16LittleEndian(node[8..]) != levels[i])
            {
                return $"key {key} of node {i}";
            }

            seen[key] = true;
            offsets[i] = at;
            if (!AreLinksGood(node[NodeHeadBytes..], levels, levels[i]))
            {
                return $"links of node {i}";
            }

            at += bytes;
        }

        if (at != graph.Length)
        {
            return "bytes after the last node";
        }

        nodes = new GraphNodes(graph, offsets, rowBytes, (int)entry);
        return null;
    }

    private bool AreLinksGood(ReadOnlySpan<byte> links, short[] levels, int top)
    {
        for (var level = 0; level <= top; level++)
        {
            var room = level == 0 ? _connectivityBase : _connectivity;
            var used = BinaryPrimitives.ReadUInt32LittleEndian(links);
            if (used > room)
            {
                return false;
            }

            for (var i = 0; i < used; i++)
            {
                var other = BinaryPrimitives.ReadUInt32LittleEndian(links[(4 + (4 * i))..]);
                if (other >= levels.Length || levels[other] < level)
                {
                    return false;
                }
            }

            links = links[(4 + (4 * room))..];
        }

        return true;
    }
}
