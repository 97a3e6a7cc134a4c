using System.Buffers.Binary;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>PNG: chunks up to <c>IEND</c>.</summary>
internal static class PngHeader
{
    private const int ChunkOverhead = 12; // length, name, checksum

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Matches(ReadOnlySpan<byte> data) => data.StartsWith(Signature);

    public static ImageHeader? TryRead(ReadOnlySpan<byte> data)
    {
        if (data.Length < 33 || !data[12..].StartsWith("IHDR"u8))
        {
            return null;
        }

        var header = new ImageHeader(
            ImageFormat.Png, BinaryPrimitives.ReadInt32BigEndian(data[16..]), BinaryPrimitives.ReadInt32BigEndian(data[20..]), 1, false)
        {
            HasAlpha = data[25] is 4 or 6, // Gray or color with alpha.
        };
        var hasPixels = false;
        for (long at = Signature.Length; at + ChunkOverhead <= data.Length;)
        {
            var chunk = data[(int)at..];
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (at + ChunkOverhead + length > data.Length)
            {
                break;
            }

            var name = chunk.Slice(4, 4);
            hasPixels |= name.SequenceEqual("IDAT"u8);
            if (name.SequenceEqual("eXIf"u8))
            {
                header = header with { Orientation = ExifOrientation.Read(chunk.Slice(8, (int)length)) };
            }
            else if (name.SequenceEqual("tRNS"u8))
            {
                header = header with { HasAlpha = true };
            }
            else if (name.SequenceEqual("IEND"u8))
            {
                return header with { IsComplete = hasPixels };
            }

            at += ChunkOverhead + length;
        }

        return header;
    }

    /// <summary>
    /// The color profile's chunk, before the pixels; null where there is none. libpng prints warnings about those that it
    /// does not like.
    /// </summary>
    public static Range? ProfileChunk(ReadOnlySpan<byte> data)
    {
        for (long at = Signature.Length; at + ChunkOverhead <= data.Length;)
        {
            var chunk = data[(int)at..];
            var end = at + ChunkOverhead + BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var name = chunk.Slice(4, 4);
            if (end > data.Length || name.SequenceEqual("IDAT"u8))
            {
                break;
            }

            if (name.SequenceEqual("iCCP"u8))
            {
                return new Range((int)at, (int)end);
            }

            at = end;
        }

        return null;
    }

    /// <summary>The file without its color profile, which no decoder here applies.</summary>
    public static byte[] WithoutProfile(ReadOnlySpan<byte> data, Range profile) => [.. data[..profile.Start], .. data[profile.End..]];
}
