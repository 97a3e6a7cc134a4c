using System.Buffers.Binary;

namespace PPLCNet.Vision.Tests.Imaging;

/// <summary>Pieces of encoded images, written by hand.</summary>
internal static class ImageBytes
{
    /// <summary>A JPEG with an EXIF segment that holds an orientation.</summary>
    public static byte[] WithExif(byte[] jpeg, int orientation)
    {
        byte[] body = [.. "Exif\0\0"u8, .. Exif(orientation)];
        var length = body.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. body, .. jpeg[2..]];
    }

    /// <summary>A PNG with an eXIf chunk after its header.</summary>
    public static byte[] WithPngExif(byte[] png, int orientation) => [.. png[..33], .. Chunk("eXIf"u8, Exif(orientation)), .. png[33..]];

    /// <summary>A PNG that ends after its header.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR"u8, header)];
    }

    /// <summary>A bitmap that ends after its header.</summary>
    public static byte[] BmpHeader(int width, int height)
    {
        var header = new byte[54];
        "BM"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22), height);
        header[26] = 1;
        header[28] = 24;
        return header;
    }

    /// <summary>A JPEG that ends after its frame header.</summary>
    public static byte[] JpegHeader(int width, int height) =>
        [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];

    /// <summary>An uncompressed RGB TIFF, one page for each list of pixels, each page with an orientation.</summary>
    public static byte[] Tiff(int width, int height, int orientation, params byte[][] pages)
    {
        var file = new List<byte>([.. "II*\0"u8, 8, 0, 0, 0]);
        for (var i = 0; i < pages.Length; i++)
        {
            const int Entries = 10, Directory = 2 + (Entries * 12) + 4;
            var start = file.Count;
            var (bits, pixels) = (start + Directory, start + Directory + 6);
            var next = i + 1 < pages.Length ? pixels + pages[i].Length : 0;
            file.AddRange([Entries, 0]);
            foreach (var (tag, type, count, value) in (IEnumerable<(int, int, int, int)>)
            [
                (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2),
                (273, 4, 1, pixels), (274, 3, 1, orientation), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, pages[i].Length),
            ])
            {
                file.AddRange([(byte)tag, (byte)(tag >> 8), (byte)type, 0, .. BitConverter.GetBytes(count), .. BitConverter.GetBytes(value)]);
            }

            file.AddRange([.. BitConverter.GetBytes(next), 8, 0, 8, 0, 8, 0, .. pages[i]]);
        }

        return [.. file];
    }

    /// <summary>An animated WebP whose frames are still ones of the canvas's size.</summary>
    public static byte[] AnimatedWebP(int width, int height, params byte[][] stills)
    {
        byte[] size = [(byte)(width - 1), 0, 0, (byte)(height - 1), 0, 0];
        byte[] body =
        [
            .. "WEBP"u8,
            .. Riff("VP8X"u8, [2, 0, 0, 0, .. size]),
            .. Riff("ANIM"u8, [0, 0, 0, 0, 0, 0]),
            .. stills.SelectMany(still => Riff("ANMF"u8, [0, 0, 0, 0, 0, 0, .. size, 100, 0, 0, 0, .. still.AsSpan(12)])),
        ];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>A PNG with a text chunk after its header.</summary>
    public static byte[] WithPngText(byte[] png, string text) =>
        [.. png[..33], .. Chunk("tEXt"u8, System.Text.Encoding.ASCII.GetBytes("Comment\0" + text)), .. png[33..]];

    private static byte[] Riff(ReadOnlySpan<byte> name, byte[] body) => [.. name, .. BitConverter.GetBytes(body.Length), .. body, .. new byte[body.Length & 1]];

    private static byte[] Exif(int orientation) =>
        [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] body)
    {
        byte[] named = [.. name, .. body];
        var length = new byte[4];
        var check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32(named));
        return [.. length, .. named, .. check];
    }

    private static uint Crc32(byte[] data)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in data)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
            }
        }

        return ~crc;
    }
}
