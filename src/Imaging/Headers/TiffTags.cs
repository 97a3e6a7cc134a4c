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
    public uint? First(int tag) => Value(tag);

    /// <summary>
    /// Counts the directories of a file's chain, one a page; a chain that runs in circles or out of the file ends there.
    /// </summary>
    public static int Directories(ReadOnlySpan<byte> data, int most)
    {
        var tags = new TiffTags(data);
        if (data.Length < 8)
        {
            return 0;
        }

        var seen = new HashSet<uint>();
        var at = tags.Read32(4);
        while (seen.Count < most && at != 0 && at <= data.Length - 2 && seen.Add(at))
        {
            var link = at + 2L + ((long)tags.Read16((int)at) * EntryBytes);
            at = link <= data.Length - 4 ? tags.Read32((int)link) : 0;
        }

        return seen.Count;
    }

    /// <summary>
    /// All values of a tag of 16- or 32-bit numbers; none where the tag is missing, of another type, or reaches out of the
    /// file.
    /// </summary>
    public TiffValues Values(int tag)
    {
        if (Find(tag) is not { } at)
        {
            return default;
        }

        var size = Read16(at + 2) switch { 3 => 2, 4 => 4, _ => 0 };
        var bytes = Read32(at + 4) * (long)size;
        long start = bytes <= 4 ? (uint)at + 8 : Read32(at + 8);
        return size == 0 || start + bytes > _data.Length ? default : new TiffValues(_data.Slice((int)start, (int)bytes), size, _bigEndian);
    }

    /// <summary>The first value of a tag; null where it is missing or outside the file.</summary>
    private uint? Value(int tag)
    {
        if (Find(tag) is not { } at || Read32(at + 4) == 0)
        {
            return null;
        }

        var size = Read16(at + 2) switch { 3 => 2, 4 => 4, _ => 0 };
        long start = Read32(at + 4) * (long)size <= 4 ? (uint)at + 8 : Read32(at + 8);
        return size == 0 || start + size > _data.Length ? null : size == 2 ? Read16((int)start) : Read32((int)start);
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
