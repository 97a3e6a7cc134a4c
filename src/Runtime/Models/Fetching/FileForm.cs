using System.Text;

namespace PPLCNet.Vision.Runtime.Models.Fetching;

/// <summary>What a published file is, by its first bytes; names and addresses are not trusted.</summary>
internal enum FileForm
{
    /// <summary>None of the forms below.</summary>
    Unknown,

    /// <summary>A pickled dictionary of arrays, as Paddle saves it.</summary>
    Paddle,

    /// <summary>Tensors with a JSON header.</summary>
    Safetensors,

    /// <summary>An ONNX graph.</summary>
    Onnx,

    /// <summary>A zip archive.</summary>
    Zip,

    /// <summary>A tar archive.</summary>
    Tar,

    /// <summary>A page or a message instead of a file: a login page, an error, a pointer of Git LFS.</summary>
    Page,
}

/// <summary>Tells forms apart.</summary>
internal static class FileForms
{
    /// <summary>Bytes that <see cref="Of"/> wants to see, where the file has so many.</summary>
    public const int HeadBytes = 512;

    private const int TarMagicAt = 257;

    /// <summary>The form of a file that starts with these bytes.</summary>
    public static FileForm Of(ReadOnlySpan<byte> head) => head switch
    {
        [0x80, >= 2 and <= 5, ..] => FileForm.Paddle,
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => FileForm.Zip,
        [_, _, _, _, _, 0, 0, 0, (byte)'{', ..] => FileForm.Safetensors,
        _ when head.Length > TarMagicAt + 5 && head[TarMagicAt..].StartsWith("ustar"u8) => FileForm.Tar,
        [0x08, < 0x40, ..] => FileForm.Onnx, // field 1, the version of the format
        _ when IsText(head) => FileForm.Page,
        _ => FileForm.Unknown,
    };

    /// <summary>The first bytes for messages: as text where they are text.</summary>
    public static string Describe(ReadOnlySpan<byte> head)
    {
        var first = head[..Math.Min(head.Length, 60)];
        return head.IsEmpty ? "an empty file"
            : Of(head) == FileForm.Page ? $"a page or message instead of a file: '{OneLine(Encoding.UTF8.GetString(first))}'"
            : $"bytes {Convert.ToHexStringLower(first[..Math.Min(first.Length, 8)])}";
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        return text.StartsWith("<"u8) || text.StartsWith("{"u8) || text.StartsWith("version https://git-lfs"u8)
            || (!text.IsEmpty && text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') is var at
                && (at < 0 || text[at] is (byte)'\n' or (byte)'\r'));
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
