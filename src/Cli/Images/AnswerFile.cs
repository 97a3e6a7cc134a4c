using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// Where JSON lines go: standard output, or a file that a later run can resume. Every line is on disk before the next is
/// made.
/// </summary>
internal sealed class AnswerFile : IDisposable
{
    private static readonly Func<ReadOnlyMemory<byte>, bool> _isOurs = OutputFile.Begins("{\"file\":");

    private readonly Stream _stream;
    private readonly string _name;

    private AnswerFile(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    /// <summary>Inputs that the file answered when it was opened, by <c>file</c>.</summary>
    public HashSet<string> Answered { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of them are errors.</summary>
    public int Failed { get; private set; }

    /// <summary>Opens standard output, or a new file, or with <paramref name="resume"/> an earlier one at its end.</summary>
    /// <param name="path">The file; null for standard output.</param>
    /// <param name="resume">Whether answers in the file are kept.</param>
    /// <param name="restore">Called with each answer that is kept.</param>
    public static AnswerFile Open(string? path, bool resume, Action<JsonElement> restore)
    {
        if (path is null)
        {
            return new AnswerFile(StandardStreams.OpenOut(), "standard output");
        }

        OutputFile.Check(path, "--out", _isOurs, "answers of an earlier run");
        AnswerFile? file = null;
        OutputFile.Guard($"write '{path}'", () =>
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            file = new(new FileStream(path, resume ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.None), path);
            try
            {
                if (resume)
                {
                    file.ReadEarlier(restore);
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
        return file!;
    }

    /// <summary>Writes one line.</summary>
    /// <exception cref="CliException">The disk is full or the file is gone.</exception>
    public void Write(byte[] line) => OutputFile.Guard($"write to {_name}", () =>
    {
        _stream.Write(line);
        _stream.Flush();
    });
    public void Dispose() => _stream.Dispose();

    /// <summary>
    /// Takes over whole lines. A last line that a killed run left unfinished is cut off, one that only lacks its line feed
    /// gets it; nothing is changed before every line has been seen to be an answer.
    /// </summary>
    private void ReadEarlier(Action<JsonElement> restore)
    {
        var kept = 0L; // end of the last whole line
        _stream.Position = 0;
        foreach (var (line, hasEnd) in ByteLines.Read(_stream))
        {
            if (TryRead(line, restore))
            {
                kept += line.Length + 1;
            }
            else if (hasEnd || !_isOurs(line))
            {
                var text = Encoding.UTF8.GetString(line.Span);
                throw new DataFormatException($"'{_name}': expected JSON lines of an earlier run, found '{(text.Length > 80 ? text[..80] : text)}'.");
            }
        }

        if (kept > _stream.Length)
        {
            _stream.WriteByte((byte)'\n');
        }

        _stream.SetLength(kept);
        _stream.Position = kept;
    }

    private bool TryRead(ReadOnlyMemory<byte> line, Action<JsonElement> restore)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("file", out var name) || name.GetString() is not { } file)
            {
                return false;
            }

            if (root.TryGetProperty("error", out _))
            {
                Failed++;
            }
            else
            {
                restore(root);
            }

            Answered.Add(file);
            return true;
        }
        catch (Exception e) when (ForeignData.IsFaultOfContent(e))
        {
            return false;
        }
    }
}
