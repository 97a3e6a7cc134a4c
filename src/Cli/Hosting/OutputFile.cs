using System.Collections.Concurrent;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>
/// The one place that says whether a command may write a file: never over one of its own inputs, never twice in a run by two
/// flags, and never over a file that is there already and is none of the kind that would be written.
/// </summary>
internal static class OutputFile
{
    private const int HeadBytes = 512;

    private static readonly ConcurrentDictionary<string, byte> _inputs = new(RealPath.Comparer);
    private static readonly ConcurrentDictionary<string, string> _outputs = new(RealPath.Comparer);
    private static readonly ConcurrentDictionary<(ulong Device, ulong Number), byte> _inputIdentities = [];

    /// <summary>Remembers an input of the command.</summary>
    public static void Protect(string path)
    {
        _inputs.TryAdd(RealPath.Of(path), 0);
        if (FileKind.Identity(path) is { } identity)
        {
            _inputIdentities.TryAdd(identity, 0);
        }
    }

    /// <summary>Remembers the file that standard input comes from, where the system tells.</summary>
    public static void ProtectStandardInput()
    {
        const string Self = "/proc/self/fd/0";
        if (OperatingSystem.IsLinux() && RealPath.Of(Self) is var path && path != Self && File.Exists(path))
        {
            Protect(path);
        }
    }

    /// <summary>Makes sure that a file may be written or replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flag">What asks for it, for messages, for example <c>--out</c>.</param>
    /// <param name="isOurs">Tells from the first bytes of a file that is there whether a command like this wrote it; null
    /// takes any.</param>
    /// <param name="what">What would be written, for messages.</param>
    /// <param name="content">The very bytes that would be written, where a file that has them already is one of ours.</param>
    /// <exception cref="CliException">It must not.</exception>
    public static void Check(
        string path, string flag, Func<ReadOnlyMemory<byte>, bool>? isOurs = null, string what = "", byte[]? content = null)
    {
        var real = RealPath.Of(path);

        // Hard links, and names that differ in case alone; a device is nobody's own.
        var identity = FileKind.SpecialName(path) is null ? FileKind.Identity(path) : null;
        if (_inputs.ContainsKey(real) || (identity is { } known && _inputIdentities.ContainsKey(known)))
        {
            throw CliException.Usage($"{flag} '{path}': expected a file of its own, found an input of this command; it would be overwritten.");
        }

        if (_outputs.GetOrAdd(real, flag) is var other && other != flag)
        {
            throw CliException.Usage($"{flag} '{path}': expected a file of its own, found that {other} writes it too.");
        }

        if (isOurs is not null && Head(path) is { Length: > 0 } head && !isOurs(head) && !(content is not null && Holds(path, content)))
        {
            throw CliException.Usage(
                $"{flag} '{path}': expected a new file or {what}, found another file; it would be overwritten. Take another name, or delete it.");
        }
    }

    /// <summary>Runs something that writes; a disk that refuses ends the command.</summary>
    /// <param name="what">What is tried, for messages, for example <c>write 'out.json'</c>.</param>
    /// <param name="write">The writing.</param>
    /// <exception cref="CliException">The disk refuses.</exception>
    public static void Guard(string what, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || DiskSpace.IsFull(e))
        {
            throw CliException.Environment($"cannot {what}: {e.Message}", e);
        }
    }

    /// <summary>Whether a file begins with this text, ignoring a byte order mark and white space.</summary>
    public static Func<ReadOnlyMemory<byte>, bool> Begins(params string[] texts) => head =>
    {
        var text = System.Text.Encoding.UTF8.GetString(head.Span).TrimStart('\uFEFF', ' ', '\n', '\r', '\t');
        return texts.Any(t => text.StartsWith(t, StringComparison.Ordinal) || (text.Length < t.Length && t.StartsWith(text, StringComparison.Ordinal)));
    };

    /// <summary>Whether a file is there that begins as a command would write it.</summary>
    public static bool IsThere(string path, Func<ReadOnlyMemory<byte>, bool> isOurs) => Head(path) is { Length: > 0 } head && isOurs(head);

    private static bool Holds(string path, byte[] content) =>
        new FileInfo(path).Length == content.Length && InputFile.ReadAllBytes(path).AsSpan().SequenceEqual(content);

    private static byte[] Head(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length == 0)
            {
                return []; // missing or empty, or a device, which has no length
            }

            using var file = InputFile.OpenRead(path);
            var head = new byte[HeadBytes];
            return head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // opening it for writing will tell
        }
    }
}
