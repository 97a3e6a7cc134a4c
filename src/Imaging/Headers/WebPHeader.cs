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

    /// <summary>How many images an animation has; 1 for a still one.</summary>
    public static int Frames(ReadOnlySpan<byte> data)
    {
        var frames = 0;
        for (long at = FirstChunk; Next(data, at, out var chunk) is { } next; at = next)
        {
            frames += chunk.StartsWith("ANMF"u8) ? 1 : 0;
        }

        return Math.Max(1, frames);
    }

    /// <summary>
    /// The first frame of an animation as a file of its own, and where it lies on the canvas; null for a still image.
    /// </summary>
    public static (byte[] Still, int X, int Y)? FirstFrame(ReadOnlySpan<byte> data)
    {
        const int FrameHeader = 16;
        for (long at = FirstChunk; Next(data, at, out var chunk) is { } next; at = next)
        {
            if (!chunk.StartsWith("ANMF"u8) || chunk.Length < ChunkHeader + FrameHeader)
            {
                continue;
            }

            var frame = chunk[ChunkHeader..];
            for (long part = FrameHeader; Next(frame, part, out var image) is { } following; part = following)
            {
                if (image.StartsWith("VP8 "u8) || image.StartsWith("VP8L"u8))
                {
                    var padding = image.Length & 1;
                    byte[] still = [.. "RIFF"u8, .. BitConverter.GetBytes(4 + image.Length + padding), .. "WEBP"u8, .. image, .. new byte[padding]];
                    return (still, 2 * Read24(frame), 2 * Read24(frame[3..]));
                }
            }
        }

        return null;
    }

    private static int Orientation(ReadOnlySpan<byte> data)
    {
        for (long at = FirstChunk; Next(data, at, out var chunk) is { } next; at = next)
        {
            if (chunk.StartsWith("EXIF"u8))
            {
                var body = chunk[ChunkHeader..];
                return ExifOrientation.Read(body.StartsWith("Exif\0\0"u8) ? body[6..] : body);
            }
        }

        return 1;
    }

    /// <summary>
    /// The chunk that starts at a position, with its header, and where the next one starts; null where none lies inside the
    /// file.
    /// </summary>
    private static long? Next(ReadOnlySpan<byte> data, long at, out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        if (at + ChunkHeader > data.Length)
        {
            return null;
        }

        var rest = data[(int)at..];
        long length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]); // long: sums of two 32-bit lengths wrap
        if (length > rest.Length - ChunkHeader)
        {
            return null;
        }

        chunk = rest[..(ChunkHeader + (int)length)];
        return at + ChunkHeader + length + (length & 1);
    }

    private static int Read24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
