using System.Buffers.Binary;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Tests.Core.Labels;

/// <summary>PNG files of ids that other programs write, whole and damaged; every file is made here, byte by byte.</summary>
public sealed class PngReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pngreader").FullName;

    [Theory]
    [InlineData(0xFFFFFFF4u)]
    [InlineData(0x7FFFFFF0u)]
    [InlineData(0x80000000u)]
    [InlineData(200u)]
    public void A_chunk_longer_than_the_file_is_an_error_with_its_name(uint length)
    {
        byte[] chunk = [.. Big(length), .. "tEXt"u8, 0, 0, 0, 0];
        var path = Save([.. PngBytes.Start(2, 2, 8, 0), .. chunk, .. PngBytes.Data([0, 1, 2, 0, 3, 4]), .. PngBytes.End]);
        var error = Assert.Throws<DataFormatException>(() => LabelMap.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains($"'tEXt' at byte 33 has {length} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_critical_chunk_is_an_error_and_a_damaged_text_is_not()
    {
        byte[] whole = [.. PngBytes.Start(2, 2, 8, 0), .. PngBytes.Chunk("tEXt", "a"u8), .. PngBytes.Data([0, 1, 2, 0, 3, 4]),
            .. PngBytes.End];
        var text = whole.ToArray();
        text[33 + 8] ^= 1;
        Assert.Equal([1, 2, 3, 4], LabelMap.Read(Save(text)).Ids.ToArray());

        var data = whole.ToArray();
        data[^20] ^= 0xFF; // within the checksum of the zlib stream, which a reader of rows never reaches
        Assert.Contains("'IDAT'", Assert.Throws<DataFormatException>(() => LabelMap.Read(Save(data))).Message,
            StringComparison.Ordinal);
        var header = whole.ToArray();
        header[19] = 1;
        Assert.Contains("'IHDR'", Assert.Throws<DataFormatException>(() => LabelMap.Read(Save(header))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })] // no zlib stream
    [InlineData(new byte[] { 0x78, 0x9C, 7, 7, 7, 7 })] // no block of this kind
    public void Data_that_do_not_inflate_are_an_error_with_the_file(byte[] data)
    {
        var path = Save([.. PngBytes.Start(2, 2, 8, 0), .. PngBytes.Chunk("IDAT", data), .. PngBytes.End]);
        Assert.Contains(path, Assert.Throws<DataFormatException>(() => LabelMap.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_the_data_cannot_hold_is_refused_before_memory_is_taken()
    {
        var path = Save([.. PngBytes.Start(10_000, 10_000, 16, 6), .. PngBytes.Data([0, 0]), .. PngBytes.End]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFormatException>(() => LabelMap.Read(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(4, 3)]
    [InlineData(8, 0)]
    [InlineData(16, 0)]
    [InlineData(8, 2)]
    [InlineData(8, 4)]
    [InlineData(16, 6)]
    public void Interlaced_files_of_every_depth_read_as_plain_ones(int bits, int color)
    {
        foreach (var (width, height) in new[] { (1, 1), (3, 2), (5, 9), (8, 8), (13, 17) })
        {
            var ids = Enumerable.Range(0, width * height).Select(i => i * 7 % Math.Min(1 << bits, 200)).ToArray();
            Assert.Equal(ids, Read(PngBytes.Of(ids, width, height, bits, color, interlaced: false)));
            Assert.Equal(ids, Read(PngBytes.Of(ids, width, height, bits, color, interlaced: true)));
        }
    }

    [Fact]
    public void Sixteen_bit_ids_up_to_255_are_ids()
    {
        Assert.Equal([0, 255, 7, 1], Read(PngBytes.Of([0, 255, 7, 1], 2, 2, 16, 0, interlaced: false)));
        var error = Assert.Throws<DataFormatException>(() => Read(PngBytes.Of([0, 256, 7, 1], 2, 2, 16, 0, interlaced: false)));
        Assert.Contains("found 256 at (1, 0)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_and_transparent_pixels_are_no_ids()
    {
        byte[] colored = [.. PngBytes.Start(2, 1, 8, 2), .. PngBytes.Data([0, 5, 5, 5, 5, 5, 6]), .. PngBytes.End];
        Assert.Contains("found colors at (1, 0)", Assert.Throws<DataFormatException>(() => Read(colored)).Message,
            StringComparison.Ordinal);
        byte[] clear = [.. PngBytes.Start(2, 1, 8, 4), .. PngBytes.Data([0, 5, 255, 5, 0]), .. PngBytes.End];
        Assert.Contains("transparent pixel at (1, 0)", Assert.Throws<DataFormatException>(() => Read(clear)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private int[] Read(byte[] png) => [.. LabelMap.Read(Save(png)).Ids.ToArray().Select(i => (int)i)];

    private string Save(byte[] png)
    {
        var path = Path.Combine(_folder, "x.png");
        File.WriteAllBytes(path, png);
        return path;
    }

    private static byte[] Big(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
