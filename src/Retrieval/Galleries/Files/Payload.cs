using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>
/// What frames carry. Put: a count, then for each item its id (8 bytes), label and metadata (each a length of 4 bytes and
/// UTF-8, metadata as JSON), and the vector (float32). Remove: a count, then ids. Little-endian.
/// </summary>
internal static class Payload
{
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>One item; the count before the first is the frame's to write.</summary>
    /// <exception cref="ArgumentException">Text that UTF-8 cannot hold.</exception>
    public static void WriteItem(IBufferWriter<byte> to, GalleryItem item)
    {
        WriteInt64(to, item.Id);
        WriteBytes(to, _utf8.GetBytes(item.Label));
        WriteBytes(to, ItemMetadata.ToJson(item.Metadata));
        to.Write(MemoryMarshal.AsBytes(item.Vector.Span));
    }

    /// <summary>One id to remove.</summary>
    public static void WriteId(IBufferWriter<byte> to, long id) => WriteInt64(to, id);

    public static GalleryItem[] ReadItems(ReadOnlySpan<byte> from, int dimension)
    {
        var count = ReadInt32(ref from);
        var least = 16 + (dimension * sizeof(float));
        if (count < 0 || (long)count * least > from.Length)
        {
            throw new DataFormatException($"expected room for {count} items, found {from.Length} bytes");
        }

        var items = new GalleryItem[count];
        for (var i = 0; i < count; i++)
        {
            var id = ReadInt64(ref from);
            var label = ReadText(ref from);
            var metadata = ItemMetadata.FromJson(Take(ref from, ReadInt32(ref from)));
            var vector = MemoryMarshal.Cast<byte, float>(Take(ref from, dimension * sizeof(float))).ToArray();
            items[i] = id >= 0 ? new GalleryItem(id, label, vector, metadata) : throw new DataFormatException($"expected ids from zero up, found {id}");
        }

        return items;
    }

    public static long[] ReadIds(ReadOnlySpan<byte> from)
    {
        var ids = new long[Math.Clamp(ReadInt32(ref from), 0, from.Length / 8)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = ReadInt64(ref from);
        }

        return ids;
    }

    private static string ReadText(ref ReadOnlySpan<byte> from)
    {
        try
        {
            return _utf8.GetString(Take(ref from, ReadInt32(ref from)));
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException("expected a label in UTF-8", e);
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, int length)
    {
        if (length < 0 || length > from.Length)
        {
            throw new DataFormatException($"expected {length} more bytes, found {from.Length}");
        }

        var taken = from[..length];
        from = from[length..];
        return taken;
    }

    private static int ReadInt32(ref ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref from, 4));

    private static long ReadInt64(ref ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt64LittleEndian(Take(ref from, 8));

    private static void WriteBytes(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        WriteInt32(to, bytes.Length);
        to.Write(bytes);
    }

    private static void WriteInt32(IBufferWriter<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), value);
        to.Advance(4);
    }

    private static void WriteInt64(IBufferWriter<byte> to, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), value);
        to.Advance(8);
    }
}
