using System.Buffers.Binary;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>GIF: the logical screen, and blocks up to the trailer.</summary>
internal static class GifHeader
{
    private const int ScreenBytes = 13, ImageBytes = 10;
    private const byte Extension = 0x21, Image = 0x2C, Trailer = 0x3B;

    public static bool Matches(ReadOnlySpan<byte> data) => data.StartsWith("GIF87a"u8) || data.StartsWith("GIF89a"u8);

    public static ImageHeader? TryRead(ReadOnlySpan<byte> data) => data.Length < ScreenBytes
        ? null
        : new ImageHeader(
            ImageFormat.Gif,
            BinaryPrimitives.ReadUInt16LittleEndian(data[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[8..]),
            1,
            Walk(data).FirstIsWhole);

    /// <summary>How many images an animation has.</summary>
    public static int Frames(ReadOnlySpan<byte> data) => data.Length < ScreenBytes ? 0 : Walk(data).Frames;

    /// <summary>Only the first image is read, so a file that is truncated behind it is whole enough.</summary>
    private static (int Frames, bool FirstIsWhole) Walk(ReadOnlySpan<byte> data)
    {
        var frames = 0;
        var at = ScreenBytes + PaletteBytes(data[10]);
        while (at < data.Length && data[at] != Trailer)
        {
            if (data[at] == Extension)
            {
                at = SkipBlocks(data, at + 2);
            }
            else if (data[at] == Image && at + ImageBytes <= data.Length)
            {
                at = SkipBlocks(data, at + ImageBytes + PaletteBytes(data[at + 9]) + 1);
                frames += at <= data.Length ? 1 : 0;
            }
            else
            {
                break;
            }
        }

        return (frames, frames > 0);
    }

    private static int PaletteBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    /// <summary>The position behind a chain of sub-blocks; beyond the file where it is truncated.</summary>
    private static int SkipBlocks(ReadOnlySpan<byte> data, int at)
    {
        while (at < data.Length && data[at] != 0)
        {
            at += data[at] + 1;
        }

        return at < data.Length ? at + 1 : data.Length + 1;
    }
}
