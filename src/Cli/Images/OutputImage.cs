using System.Buffers.Binary;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// The images that commands write. Each says who wrote it, so that a later run may replace it and nothing else: a PNG in a
/// chunk <c>tEXt</c>, a JPEG in a comment, other formats behind their end, which readers ignore.
/// </summary>
internal static class OutputImage
{
    private const int PngHeaderEnd = 33, HeadBytes = 512;
    private static readonly byte[] _note = "Software\0pplcnet"u8.ToArray();

    /// <summary>Writes an image; the extension chooses the format. It appears whole or not at all.</summary>
    /// <exception cref="ImageException">The format cannot hold an image of this size.</exception>
    public static void Write(string path, PixelView pixels) =>
        WriteEncoded(path, ImageCodecs.Default.Encode(pixels, Path.GetExtension(path)));

    /// <summary>Writes a label map as a PNG of ids, with a palette an indexed one. It appears whole or not at all.</summary>
    public static void Write(string path, LabelMap map, Palette? palette = null) => WriteEncoded(path, LabelPng.Encode(map, palette));

    /// <summary>Whether an image that is there was written by a command.</summary>
    public static bool IsOurs(string path)
    {
        using var file = InputFile.OpenRead(path);
        Span<byte> part = stackalloc byte[HeadBytes];
        var head = part[..file.ReadAtLeast(part, HeadBytes, throwOnEndOfStream: false)];
        if (head.IndexOf(_note) >= 0)
        {
            return true;
        }

        file.Position = Math.Max(0, file.Length - _note.Length);
        var tail = part[..file.ReadAtLeast(part, _note.Length, throwOnEndOfStream: false)];
        return tail.SequenceEqual(_note);
    }

    private static void WriteEncoded(string path, byte[] encoded) => AtomicFile.WriteAllBytes(path, WithNote(encoded));

    private static byte[] WithNote(byte[] encoded) => encoded switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => [.. encoded[..PngHeaderEnd], .. PngText(), .. encoded[PngHeaderEnd..]],
        [0xFF, 0xD8, ..] => JpegComment(encoded),
        _ => [.. encoded, .. _note],
    };

    private static byte[] PngText()
    {
        var kind = "tEXt"u8;
        var chunk = new byte[12 + _note.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, _note.Length);
        kind.CopyTo(chunk.AsSpan(4));
        _note.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + _note.Length), PngChunks.Checksum(kind, _note));
        return chunk;
    }

    private static byte[] JpegComment(byte[] encoded)
    {
        // The header of JFIF comes first where there is one.
        var at = encoded is [_, _, 0xFF, 0xE0, var high, var low, ..] ? 4 + ((high << 8) | low) : 2;
        return [.. encoded[..at], 0xFF, 0xFE, 0, (byte)(2 + _note.Length), .. _note, .. encoded[at..]];
    }
}
