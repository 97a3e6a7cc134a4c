using System.Buffers.Binary;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>The whole-number tags of the first directory of a TIFF structure, which is also how EXIF is stored.</summary>
internal readonly ref struct TiffTags
{
    private const int EntryBytes = 12;

    private readonly ReadOnlySpan<byte> _data;
    private readonly bool _bigEndian;
    private readonly int _directory;
    private readonly int _entries;

    /// <summary>Looks at a structure; whatever is broken shows as missing tags.</summary>
    public TiffTags(ReadOnlySpan<byte> data)
    {
        _data = data;
        _bigEndian = data.StartsWith("MM"u8);
        if (data.Length >= 8 && Read32(4) is var start && start <= data.Length - 2)
        {
            _directory = (int)start + 2;
            _entries = Math.Min(Read16((int)start), (data.Length - _directory) / EntryBytes);
        }
    }

    /// <summary>The first value of a tag; null where it is missing.</summary>
    public uint? First(int tag) => Value(tag, 0);

    /// <summary>How many values a tag has; 0 where it is missing.</summary>
    public long Count(int tag) => Find(tag) is { } at ? Read32(at + 4) : 0;

    /// <summary>Value <paramref name="index"/> of a tag of 16- or 32-bit numbers; null where it is missing or outside the file.</summary>
    public uint? Value(int tag, long index)
    {
        if (Find(tag) is not { } at || index >= Read32(at + 4))
        {
            return null;
        }

        var size = Read16(at + 2) switch { 3 => 2, 4 => 4, _ => 0 };
        long start = Read32(at + 4) * (long)size <= 4 ? (uint)at + 8 : Read32(at + 8);
        var position = start + (index * size);
        if (size == 0 || position + size > _data.Length)
        {
            return null;
        }

        return size == 2 ? Read16((int)position) : Read32((int)position);
    }

    private int? Find(int tag)
    {
        for (var i = 0; i < _entries; i++)
        {
            var at = _directory + (i * EntryBytes);
            if (Read16(at) == tag)
            {
                return at;
            }
        }

        return null;
    }

    private ushort Read16(int at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(_data[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(_data[at..]);

    private uint Read32(int at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_data[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(_data[at..]);
}
