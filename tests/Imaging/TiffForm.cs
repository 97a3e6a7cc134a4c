using System.Buffers.Binary;

namespace PPLCNet.Vision.Tests.Imaging;

/// <summary>Writes uncompressed TIFF files of any form: of two halves, each of one pixel's samples.</summary>
/// <param name="Photometric">How samples are colors: 0 and 1 gray, 2 RGB, 3 palette, 5 CMYK, 8 and 9 L*a*b*.</param>
/// <param name="Bits">Bits of a sample: 1, 4, 8, 16, 32.</param>
/// <param name="Left">The samples of a pixel of the left half.</param>
/// <param name="Right">The samples of a pixel of the right half.</param>
internal sealed record TiffForm(int Photometric, int Bits, uint[] Left, uint[] Right)
{
    public const int Width = 16, Height = 8;

    /// <summary>What the last sample is beyond the colors: 1 premultiplied alpha, 2 alpha; null for none.</summary>
    public int? Extra { get; init; }

    /// <summary>1 for whole numbers, 3 for floating point.</summary>
    public int SampleFormat { get; init; } = 1;

    /// <summary>Whether each sample has a plane of its own.</summary>
    public bool IsPlanar { get; init; }

    /// <summary>The byte order.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>Red, green and blue of the palette's entries.</summary>
    public (int Red, int Green, int Blue)[]? Palette { get; init; }

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        var samples = Left.Length;
        var planes = IsPlanar ? samples : 1;
        byte[][] strips = [.. Enumerable.Range(0, planes).Select(Strip)];
        var entries = new SortedDictionary<int, (int Type, uint[] Values)>
        {
            [256] = (4, [Width]), [257] = (4, [Height]), [258] = (3, [.. Left.Select(_ => (uint)Bits)]), [259] = (3, [1]),
            [262] = (3, [(uint)Photometric]), [277] = (3, [(uint)samples]), [278] = (4, [Height]),
            [279] = (4, [.. strips.Select(s => (uint)s.Length)]), [284] = (3, [IsPlanar ? 2u : 1u]), [339] = (3, [.. Left.Select(_ => (uint)SampleFormat)]),
        };
        if (Extra is { } extra)
        {
            entries[338] = (3, [(uint)extra]);
        }

        if (Palette is { } palette)
        {
            var padded = Enumerable.Range(0, 1 << Bits).Select(i => i < palette.Length ? palette[i] : default).ToArray();
            entries[320] = (3, [.. padded.Select(c => (uint)c.Red * 257), .. padded.Select(c => (uint)c.Green * 257), .. padded.Select(c => (uint)c.Blue * 257)]);
        }

        entries[273] = (4, new uint[planes]);
        var directory = 2 + (entries.Count * 12) + 4;
        var outside = entries.Values.Sum(e => Size(e) > 4 ? Size(e) : 0);
        var at = 8 + directory + outside;
        for (var i = 0; i < planes; i++)
        {
            entries[273].Values[i] = (uint)at;
            at += strips[i].Length;
        }

        return [.. IsBigEndian ? "MM\0*"u8 : "II*\0"u8, .. Number(8, 4), .. Directory(entries, 8 + directory), .. strips.SelectMany(s => s)];
    }

    private byte[] Directory(SortedDictionary<int, (int Type, uint[] Values)> entries, int outsideAt)
    {
        var (fields, outside) = (new List<byte>(Number((uint)entries.Count, 2)), new List<byte>());
        foreach (var (tag, entry) in entries)
        {
            byte[] values = [.. entry.Values.SelectMany(v => Number(v, entry.Type == 3 ? 2 : 4))];
            fields.AddRange([.. Number((uint)tag, 2), .. Number((uint)entry.Type, 2), .. Number((uint)entry.Values.Length, 4)]);
            fields.AddRange(values.Length > 4 ? Number((uint)(outsideAt + outside.Count), 4) : [.. values, .. new byte[4 - values.Length]]);
            outside.AddRange(values.Length > 4 ? values : []);
        }

        return [.. fields, 0, 0, 0, 0, .. outside];
    }

    private byte[] Strip(int plane)
    {
        var strip = new List<byte>();
        for (var y = 0; y < Height; y++)
        {
            var row = Enumerable.Range(0, Width).SelectMany(x => x < Width / 2 ? Left : Right).Where((_, i) => !IsPlanar || i % Left.Length == plane).ToArray();
            strip.AddRange(Bits >= 8 ? row.SelectMany(v => Number(v, Bits / 8)) : Packed(row));
        }

        return [.. strip];
    }

    private IEnumerable<byte> Packed(uint[] row) =>
        row.Chunk(8 / Bits).Select(part => (byte)part.Aggregate(0u, (packed, v) => (packed << Bits) | v));

    private byte[] Number(uint value, int bytes)
    {
        var number = new byte[4];
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, value);
            return number[(4 - bytes)..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(number, value);
        return number[..bytes];
    }

    private static int Size((int Type, uint[] Values) entry) => entry.Values.Length * (entry.Type == 3 ? 2 : 4);
}
