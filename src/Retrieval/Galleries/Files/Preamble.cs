using System.Buffers.Binary;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>How far the log is acknowledged.</summary>
/// <param name="Commit">Counts acknowledged writes; the higher of the two records holds.</param>
/// <param name="Sequence">The last acknowledged frame.</param>
/// <param name="Length">Bytes of the file up to its end.</param>
internal readonly record struct CommitRecord(ulong Commit, ulong Sequence, long Length);

/// <summary>
/// The start of a gallery file, all little-endian: magic (8 bytes), version (4), length of the JSON header (4), CRC-32C of
/// these and the header (4); at 512 and 1024, each in a sector of its own, two commit records (commit 8, sequence 8, length
/// 8, CRC-32C 4) written in turn; at 1536 the JSON header, and after it the frames.
/// </summary>
internal static class Preamble
{
    /// <summary>The newest version that this code reads, and the one it writes.</summary>
    public const uint Version = 1;

    private const int HeaderAt = 1536;
    private const int RecordBytes = 28;
    private const int MaxHeader = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "PPLCGLRY"u8;

    /// <summary>A new file up to its first frame, with both records in place.</summary>
    public static byte[] Create(GalleryHeader header)
    {
        var json = header.ToJson();
        var bytes = new byte[HeaderAt + json.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), json.Length);
        json.CopyTo(bytes, HeaderAt);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), HeaderCrc(bytes.AsSpan(0, 16), json));
        Encode(new CommitRecord(0, 0, bytes.Length)).CopyTo(bytes, RecordAt(0));
        Encode(new CommitRecord(1, 0, bytes.Length)).CopyTo(bytes, RecordAt(1));
        return bytes;
    }

    /// <summary>Reads the header and the record that holds.</summary>
    /// <exception cref="DataFormatException">The file is not a gallery, has a newer version, or is corrupt.</exception>
    public static (GalleryHeader Header, CommitRecord Record) Read(Stream stream, string name)
    {
        stream.Position = 0;
        var start = new byte[HeaderAt];
        var read = stream.ReadAtLeast(start, HeaderAt, throwOnEndOfStream: false);
        if (read < 8 || !start.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw new DataFormatException($"'{name}': expected a gallery, found a file that does not begin as one.");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (read >= 12 && version > Version)
        {
            throw new DataFormatException($"'{name}': expected a gallery of version {Version} or older, found version {version}; a newer program wrote it.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(12));
        if (read < HeaderAt || version == 0 || length is < 2 or > MaxHeader || length > stream.Length - HeaderAt)
        {
            throw new DataFormatException($"'{name}': expected a header, found a truncated or corrupt file ({stream.Length} bytes).");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        if (HeaderCrc(start.AsSpan(0, 16), json) != BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(16)))
        {
            throw new DataFormatException($"'{name}': the checksum of the header does not match; the file is corrupt.");
        }

        CommitRecord? first = Decode(start.AsSpan(RecordAt(0))), second = Decode(start.AsSpan(RecordAt(1)));
        var record = (first, second) switch
        {
            ({ } a, { } b) => a.Commit > b.Commit ? a : b,
            _ => first ?? second ?? throw new DataFormatException($"'{name}': both commit records are corrupt."),
        };
        return record.Length >= HeaderAt + length
            ? (GalleryHeader.FromJson(json, name), record)
            : throw new DataFormatException($"'{name}': expected a log after the header, found one that ends at {record.Length}.");
    }

    /// <summary>Where the first frame of a file with this header begins.</summary>
    public static long FramesAt(Stream stream)
    {
        Span<byte> length = stackalloc byte[4];
        stream.Position = 12;
        stream.ReadExactly(length);
        return HeaderAt + BinaryPrimitives.ReadInt32LittleEndian(length);
    }

    /// <summary>Overwrites the older record.</summary>
    public static void Write(Stream stream, CommitRecord record)
    {
        stream.Position = RecordAt((int)(record.Commit & 1));
        stream.Write(Encode(record));
    }

    private static int RecordAt(int which) => 512 + (512 * which);

    private static uint HeaderCrc(ReadOnlySpan<byte> start, ReadOnlySpan<byte> json) => Crc32C.Of([.. start, .. json]);

    private static byte[] Encode(CommitRecord record)
    {
        var bytes = new byte[RecordBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, record.Commit);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), record.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Crc32C.Of(bytes.AsSpan(0, 24)));
        return bytes;
    }

    private static CommitRecord? Decode(ReadOnlySpan<byte> bytes) =>
        Crc32C.Of(bytes[..24]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) ? null : new CommitRecord(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
}
