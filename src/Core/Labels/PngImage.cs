using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PPLCNet.Vision.Labels;

/// <summary>What the samples of a PNG are (its colour type).</summary>
internal enum PngColor
{
    Grey = 0,
    Rgb = 2,
    Indexed = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>The samples of a PNG as they stand in the file: no palette applied, no scaling (PNG specification, second edition).</summary>
internal sealed class PngImage
{
    private static readonly byte[] _signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] _crcTable = [.. Enumerable.Range(0, 256).Select(CrcEntry)];
    private readonly byte[] _rows;
    private readonly int _stride;

    private PngImage(byte[] rows, int stride, int width, int height, int bits, PngColor color)
    {
        _rows = rows;
        _stride = stride;
        Width = width;
        Height = height;
        BitsPerChannel = bits;
        Color = color;
    }

    public int Width { get; }

    public int Height { get; }

    public int BitsPerChannel { get; }

    public PngColor Color { get; }

    /// <summary>The packed samples of a row.</summary>
    public ReadOnlySpan<byte> Row(int y) => _rows.AsSpan(y * _stride, _stride);

    /// <summary>Reads the header and inflates the samples.</summary>
    /// <exception cref="DataFormatException">No PNG, a broken or interlaced one, or more than 100 million pixels.</exception>
    public static PngImage Read(ReadOnlySpan<byte> png, string source)
    {
        if (!png.StartsWith(_signature) || png.Length < 33 || !png[12..16].SequenceEqual("IHDR"u8))
        {
            throw new DataFormatException($"'{source}': expected a PNG of class ids, found {png.Length} bytes that are no PNG.");
        }

        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]));
        var (bits, color, interlaced) = ((int)png[24], (PngColor)png[25], png[28] != 0);
        var channels = color switch { PngColor.Rgb => 3, PngColor.GreyAlpha => 2, PngColor.Rgba => 4, _ => 1 };
        if (width < 1 || height < 1 || (long)width * height > 100_000_000 || bits is not (1 or 2 or 4 or 8 or 16) || !Enum.IsDefined(color) || interlaced)
        {
            throw new DataFormatException(
                $"'{source}': expected a PNG without interlacing of at most 100 million pixels, "
                + $"found {width}x{height}, {bits} bits, colour type {(int)color}{(interlaced ? ", interlaced" : "")}.");
        }

        var stride = (int)((((long)width * channels * bits) + 7) / 8);
        var rows = new byte[checked(stride * height)];
        try
        {
            Inflate(png, rows, stride, Math.Max(1, channels * bits / 8));
        }
        catch (Exception e) when (e is DataFormatException or EndOfStreamException or ArgumentOutOfRangeException)
        {
            throw new DataFormatException($"'{source}': expected a whole PNG, found a broken one ({e.Message})", e);
        }

        return new PngImage(rows, stride, width, height, bits, color);
    }

    /// <summary>Encodes packed samples without row filters: label maps are flat, so filters do not help.</summary>
    public static byte[] Write(
        ReadOnlySpan<byte> samples, int width, int height, int channels, int bits, PngColor color, ReadOnlySpan<byte> palette)
    {
        var png = new MemoryStream();
        png.Write(_signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = ((byte)bits, (byte)color);
        WriteChunk(png, "IHDR", header);
        if (palette.Length > 0)
        {
            WriteChunk(png, "PLTE", palette);
        }

        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            var stride = width * channels * bits / 8;
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(samples.Slice(y * stride, stride));
            }
        }

        WriteChunk(png, "IDAT", data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void Inflate(ReadOnlySpan<byte> png, byte[] rows, int stride, int step)
    {
        var data = new MemoryStream();
        var at = _signature.Length;
        while (true)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png[at..]);
            var kind = png.Slice(at + 4, 4);
            if (kind.SequenceEqual("IEND"u8))
            {
                break;
            }

            if (kind.SequenceEqual("IDAT"u8))
            {
                data.Write(png.Slice(at + 8, length));
            }

            at = checked(at + 12 + length);
        }

        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        ReadOnlySpan<byte> above = new byte[stride];
        Span<byte> filter = stackalloc byte[1];
        for (var start = 0; start < rows.Length; start += stride)
        {
            zlib.ReadExactly(filter);
            var row = rows.AsSpan(start, stride);
            zlib.ReadExactly(row);
            Unfilter(filter[0], row, above, step);
            above = row;
        }
    }

    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0:
                return;
            case 1:
                for (var i = step; i < row.Length; i++)
                {
                    row[i] += row[i - step];
                }

                return;
            case 2:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                return;
            case 3:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(((i < step ? 0 : row[i - step]) + above[i]) / 2);
                }

                return;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += i < step ? above[i] : Paeth(row[i - step], above[i], above[i - step]);
                }

                return;
            default:
                throw new DataFormatException($"row filter {filter}.");
        }
    }

    private static byte Paeth(byte left, byte up, byte corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static void WriteChunk(MemoryStream png, string kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        var name = Encoding.ASCII.GetBytes(kind);
        png.Write(name);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(0xFFFFFFFF, name), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            crc = _crcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint CrcEntry(int index)
    {
        var crc = (uint)index;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return crc;
    }
}
