using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// Where JSON lines go: standard output, or a file that a later run can resume. Every line is on disk before the next is
/// made. Where there are answers of an earlier run, the new ones are written beside them and replace them at the end; a run
/// that is cut off leaves both, and the next with <c>--resume</c> goes on with the new ones.
/// </summary>
internal sealed class AnswerFile : IDisposable
{
    private static readonly Func<ReadOnlyMemory<byte>, bool> _isOurs = OutputFile.Begins("{\"file\":");

    private readonly Stream _stream;
    private readonly string _name;
    private readonly string? _target;
    private readonly FileStream? _held;
    private long _whole; // where the last line ends

    private AnswerFile(Stream stream, string name, string? target = null, FileStream? held = null)
    {
        _stream = stream;
        _name = name;
        _target = target;
        _held = held;
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

            file = OpenFile(path, resume);
            try
            {
                if (resume)
                {
                    file.ReadEarlier(restore);
                    file._whole = file._stream.Position;
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
    public void Write(byte[] line)
    {
        try
        {
            _stream.Write(line);
            _stream.Flush();
            _whole += line.Length;
        }
        catch (Exception e) when (e is IOException || DiskSpace.IsFull(e))
        {
            CutToWholeLines();
            var kept = _target is null ? "" : $"; '{_target}' is as it was, and what was answered is in '{_name}', which --resume goes on with";
            throw CliException.Environment($"cannot write to {_name}: {e.Message}{kept}", e);
        }
    }

    /// <summary>Puts answers that were written beside those of an earlier run in their place.</summary>
    /// <exception cref="CliException">The file cannot be replaced.</exception>
    public void Complete()
    {
        if (_target is null)
        {
            return;
        }

        try
        {
            _stream.Dispose();
            _held?.Dispose();
            File.Move(_name, _target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Environment($"cannot replace '{_target}' by '{_name}': {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _held?.Dispose();
    }

    private static AnswerFile OpenFile(string path, bool resume)
    {
        var mode = FileKind.SpecialName(path) is null ? FileMode.OpenOrCreate : FileMode.Open;
        var stream = Open(path, mode);
        var target = new FileInfo(path).LinkTarget is null ? path : RealPath.Of(path);
        var beside = target + ".part";
        var hasPart = resume && File.Exists(beside);
        if (FileKind.SpecialName(path) is not null || (!hasPart && (resume || stream.Length == 0)))
        {
            if (OutputFile.IsThere(beside, _isOurs))
            {
                File.Delete(beside); // a run before the last left it
            }

            return new AnswerFile(stream, path);
        }

        // The file stays open, so that no other run takes the same name.
        try
        {
            OutputFile.Check(beside, "--out", _isOurs, "answers of an earlier run");
            return new AnswerFile(Open(beside, hasPart ? FileMode.Open : FileMode.Create), beside, target, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // Without a buffer, what a full disk refused is not written once more later.
    private static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private void CutToWholeLines()
    {
        try
        {
            if (_stream is FileStream file && FileKind.SpecialName(_name) is null)
            {
                file.SetLength(_whole);
                if (_whole == 0)
                {
                    File.Delete(_name);
                }
            }
        }
        catch (IOException)
        {
            // A line that breaks off is found by --resume.
        }
    }

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
