using System.Text;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Shitu;

/// <summary>Writes a flat faiss index with an id map (IDMap2 over Flat), as <see cref="FaissIndexReader"/> reads it.</summary>
internal static class FaissIndexWriter
{
    public static void Write(Stream stream, int dimension, VectorMetric metric, IReadOnlyList<GalleryItem> items)
    {
        using var writer = new BinaryWriter(stream, Encoding.ASCII, leaveOpen: true);
        Header(writer, "IxM2", dimension, metric, items.Count);
        Header(writer, metric == VectorMetric.L2 ? "IxF2" : "IxFI", dimension, metric, items.Count);
        writer.Write((ulong)items.Count * (ulong)dimension);
        foreach (var item in items)
        {
            writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(item.Vector.Span));
        }

        writer.Write((ulong)items.Count);
        foreach (var item in items)
        {
            writer.Write(item.Id);
        }
    }

    private static void Header(BinaryWriter writer, string kind, int dimension, VectorMetric metric, long count)
    {
        writer.Write(Encoding.ASCII.GetBytes(kind));
        writer.Write(dimension);
        writer.Write(count);
        writer.Write(1L << 20);
        writer.Write(1L << 20);
        writer.Write((byte)1); // is trained
        writer.Write(metric == VectorMetric.L2 ? 1 : 0);
    }
}
