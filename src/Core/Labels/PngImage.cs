using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PPLCNet.Vision.Labels;

/// <summary>What the samples of a PNG are (its color type).</summary>
internal enum PngColor
{
    Grey = 0,
    Rgb = 2,
    Indexed = 3,
    GreyAlpha = 4,
    Rgba = 6,
}

/// <summary>
/// The samples of a PNG as they stand in the file: no palette applied, no scaling (PNG specification, second edition).
/// </summary>
internal sealed class PngImage
{
    private const long MaxPixels = 100_000_000;
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

    /// <summary>The eight bytes that begin a PNG.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public int Width { get; }

    public int Height { get; }

    public int BitsPerChannel { get; }

    public PngColor Color { get; }

    /// <summary>The packed samples of a row.</summary>
    public ReadOnlySpan<byte> Row(int y) => _rows.AsSpan(y * _stride, _stride);

    /// <summary>Checks the file's structure and inflates the samples; interlaced ones are put into their places.</summary>
    /// <exception cref="DataFormatException">The file is not a PNG, is corrupt, or has more than 100 million pixels.</exception>
    public static PngImage Read(ReadOnlySpan<byte> png, string source)
    {
        if (!png.StartsWith(Signature) || png.Length < 33 || !png[12..16].SequenceEqual("IHDR"u8))
        {
            throw new DataFormatException($"'{source}': expected a PNG of class ids, found {png.Length} bytes that are not a PNG.");
        }

        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]));
        var (bits, color, interlace) = ((int)png[24], (PngColor)png[25], png[28]);
        var isKnown = IsDepth(bits, color) && png[26] == 0 && png[27] == 0 && interlace <= 1;
        if (width < 1 || height < 1 || (long)width * height > MaxPixels || !isKnown)
        {
            throw new DataFormatException(
                $"'{source}': expected a PNG of at most {MaxPixels / 1_000_000} million pixels, "
                + $"found {width}x{height}, {bits} bits, color type {(int)color}, "
                + $"compression {png[26]}, filter {png[27]}, interlacing {interlace}.");
        }

        var channels = color switch { PngColor.Rgb => 3, PngColor.GreyAlpha => 2, PngColor.Rgba => 4, _ => 1 };
        var layout = new PngLayout(width, height, channels * bits);
        try
        {
            var rows = PngSamples.Inflate(PngChunks.Data(png), layout, interlace == 1);
            return new PngImage(rows, layout.Stride, width, height, bits, color);
        }
        catch (Exception e) when (e is DataFormatException or IOException or InvalidDataException)
        {
            throw new DataFormatException($"'{source}': expected a whole PNG, found a broken one: {e.Message}", e);
        }
    }

    /// <summary>Encodes packed samples without row filters: label maps are flat, so filters do not help.</summary>
    public static byte[] Write(
        ReadOnlySpan<byte> samples, int width, int height, int channels, int bits, PngColor color, ReadOnlySpan<byte> palette)
    {
        var png = new MemoryStream();
        png.Write(Signature);
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

    /// <summary>The depths that the specification allows for each color type.</summary>
    private static bool IsDepth(int bits, PngColor color) => color switch
    {
        PngColor.Grey => bits is 1 or 2 or 4 or 8 or 16,
        PngColor.Indexed => bits is 1 or 2 or 4 or 8,
        PngColor.Rgb or PngColor.GreyAlpha or PngColor.Rgba => bits is 8 or 16,
        _ => false,
    };

    private static void WriteChunk(MemoryStream png, string kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        var name = Encoding.ASCII.GetBytes(kind);
        png.Write(name);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngChunks.Checksum(name, data));
        png.Write(number);
    }
}
