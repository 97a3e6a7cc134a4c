using System.Text;

namespace PPLCNet.Vision.Files;

/// <summary>
/// Text files written by people: UTF-8, or UTF-16 where the file begins with its mark. Bytes that are not such text (a list
/// in GBK, say) are an error, for what a lenient reader puts in their place would be stored as if it were the name.
/// </summary>
internal static class Utf8File
{
    /// <summary>The whole text, without a byte order mark.</summary>
    /// <exception cref="DataFormatException">The text is not UTF-8; the message names the file and the line.</exception>
    public static string ReadAllText(string path) => Decode(InputFile.ReadAllBytes(path, InputFile.MaxTextBytes), path);

    /// <summary>The lines, without their ends.</summary>
    /// <exception cref="DataFormatException">The text is not UTF-8; the message names the file and the line.</exception>
    public static IEnumerable<string> ReadLines(string path) => Lines(ReadAllText(path));

    /// <summary>The lines of a text, without their ends.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>The text of bytes.</summary>
    /// <param name="bytes">A whole file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="DataFormatException">The text is not UTF-8; the message names the file and the line.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return bytes switch
            {
                [0xEF, 0xBB, 0xBF, ..] => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes[3..]),
                [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true).GetString(bytes[2..]),
                [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true).GetString(bytes[2..]),
                _ => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes),
            };
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException(
                $"'{name}', line {LineOf(bytes)}: expected text in UTF-8, found bytes that are none ({Convert.ToHexString(e.BytesUnknown ?? [])}); convert the file, for example with iconv.", e);
        }
    }

    private static int LineOf(ReadOnlySpan<byte> bytes)
    {
        var (line, at) = (1, 0);
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            line += bytes[at] == (byte)'\n' ? 1 : 0;
            at += length;
        }

        return line;
    }
}
