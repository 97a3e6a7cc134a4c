namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>Finds vectors and links in the bytes of a graph file with the default settings, to change them.</summary>
internal sealed class GraphBytes(byte[] bytes, int count, int dimensions)
{
    private const int FileHead = 64, MatrixHead = 8, GraphHeads = 64 + 40, NodeHead = 10, Connectivity = 16;

    private int RowBytes => dimensions * sizeof(ushort); // bfloat16

    private int MatrixAt => FileHead + (count * sizeof(long)) + MatrixHead;

    /// <summary>The stored vector of a node.</summary>
    public Span<byte> Row(int node) => bytes.AsSpan(MatrixAt + (node * RowBytes), RowBytes);

    /// <summary>Sets every link of the ground level anew; null drops it.</summary>
    public void Relink(Func<int, int, int?> target)
    {
        var at = MatrixAt + (count * RowBytes) + GraphHeads + (count * sizeof(short));
        for (var node = 0; node < count; node++)
        {
            var level = BitConverter.ToInt16(bytes, at + sizeof(long));
            at += NodeHead;
            var used = BitConverter.ToInt32(bytes, at);
            int?[] links = [.. Enumerable.Range(1, used).Select(i => target(node, BitConverter.ToInt32(bytes, at + (4 * i)))).Where(to => to is not null)];
            BitConverter.TryWriteBytes(bytes.AsSpan(at), links.Length);
            for (var i = 0; i < links.Length; i++)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(at + (4 * (i + 1))), links[i]!.Value);
            }

            at += sizeof(int) * (1 + (2 * Connectivity) + (level * (1 + Connectivity)));
        }

        if (at != bytes.Length)
        {
            throw new InvalidOperationException($"Expected a graph of {at} bytes, found {bytes.Length}.");
        }
    }
}
