using System.Buffers.Binary;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>WebP: a RIFF file whose first chunk tells the size.</summary>
internal static class WebPHeader
{
    private const int FirstChunk = 12, ChunkHeader = 8;

    public static bool Matches(ReadOnlySpan<byte> data) => data.Length >= FirstChunk && data.StartsWith("RIFF"u8) && data[8..].StartsWith("WEBP"u8);

    public static ImageHeader? TryRead(ReadOnlySpan<byte> data)
    {
        if (data.Length < 30 || Size(data[FirstChunk..]) is not var (width, height))
        {
            return null;
        }

        var end = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) + 8L;
        return new ImageHeader(ImageFormat.WebP, width, height, Orientation(data), end <= data.Length)
        {
            HasAlpha = HasAlpha(data[FirstChunk..]),
        };
    }

    private static bool HasAlpha(ReadOnlySpan<byte> chunk) =>
        chunk.StartsWith("VP8X"u8) ? (chunk[ChunkHeader] & 0x10) != 0
        : chunk.StartsWith("VP8L"u8) && (BinaryPrimitives.ReadUInt32LittleEndian(chunk[(ChunkHeader + 1)..]) >> 28 & 1) != 0;

    private static (int Width, int Height)? Size(ReadOnlySpan<byte> chunk)
    {
        var body = chunk[ChunkHeader..];
        if (chunk.StartsWith("VP8X"u8))
        {
            return (1 + Read24(body[4..]), 1 + Read24(body[7..]));
        }

        if (chunk.StartsWith("VP8L"u8) && body[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        return chunk.StartsWith("VP8 "u8) && body[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])
            ? (BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF)
            : null;
    }

    private static int Orientation(ReadOnlySpan<byte> data)
    {
        for (long at = FirstChunk; at + ChunkHeader <= data.Length;)
        {
            var chunk = data[(int)at..];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("EXIF"u8) && length <= chunk.Length - ChunkHeader)
            {
                var body = chunk.Slice(ChunkHeader, (int)length);
                return ExifOrientation.Read(body.StartsWith("Exif\0\0"u8) ? body[6..] : body);
            }

            at += ChunkHeader + length + (length & 1);
        }

        return 1;
    }

    private static int Read24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
