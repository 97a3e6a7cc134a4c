using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// Where JSON lines go: standard output, or a file that a later run can resume. Every line is on disk before the next is
/// made. A file's answers are written into <c>FILE.part</c>, which takes the name <c>FILE</c> when they are complete: whoever
/// reads <c>FILE</c> sees a whole run. A run that is cut off leaves what it answered there, and the next with <c>--resume</c>
/// goes on with it.
/// </summary>
internal sealed class AnswerFile : IDisposable
{
    private static readonly Func<ReadOnlyMemory<byte>, bool> _isOurs = OutputFile.Begins("{\"file\":");

    private readonly Stream _stream;
    private readonly string _name;
    private readonly string? _target;
    private readonly FileStream? _held;
    private readonly bool _isNew;
    private long _whole; // where the last line ends
    private bool _isComplete;

    private AnswerFile(Stream stream, string name, string? target = null, FileStream? held = null, bool isNew = false)
    {
        _stream = stream;
        _name = name;
        _target = target;
        _held = held;
        _isNew = isNew;
    }

    /// <summary>Inputs that the file answered when it was opened, by <c>file</c>.</summary>
    public HashSet<string> Answered { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that are errors.</summary>
    public FailureTally Failures { get; } = new();

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
            var kept = _target is null || _whole == 0 ? "" : $"; what was answered is in '{_name}', which --resume goes on with";
            throw CliException.Environment($"cannot write to {_name}: {e.Message}{kept}", e);
        }
    }

    /// <summary>Gives answers that are complete their file's name, in the place of those of an earlier run.</summary>
    /// <exception cref="CliException">The file cannot be replaced.</exception>
    public void Complete()
    {
        if (_target is null)
        {
            return;
        }

        try
        {
            if (OperatingSystem.IsWindows())
            {
                Close(); // elsewhere the files stay open, so that no other run comes between
            }

            File.Move(_name, _target, overwrite: true);
            _isComplete = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Environment($"cannot replace '{_target}' by '{_name}': {e.Message}", e);
        }
    }

    /// <summary>Says where the answers of a run are that was stopped.</summary>
    public void TellWhereKept()
    {
        if (_target is not null && _whole > 0)
        {
            Terminal.Warn($"what was answered is in '{_name}', which --resume goes on with.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            Close(); // an open file cannot be deleted there
        }

        if (_target is not null && _isNew && !_isComplete && _whole == 0)
        {
            File.Delete(_name); // nothing was answered
        }

        Close();
    }

    private void Close()
    {
        _stream.Dispose();
        _held?.Dispose();
    }

    private static AnswerFile OpenFile(string path, bool resume)
    {
        if (FileKind.SpecialName(path) is not null)
        {
            return new AnswerFile(Open(path, FileMode.Open), path);
        }

        var target = new FileInfo(path).LinkTarget is null ? path : RealPath.Of(path);
        var beside = target + ".part";
        OutputFile.Check(beside, "--out", _isOurs, "answers of an earlier run");

        // A file that is there is opened, so that what cannot be replaced shows now, and stays open against other runs.
        var held = File.Exists(target) || Directory.Exists(target) ? Open(target, FileMode.Open) : null;
        FileStream? part = null;
        try
        {
            var goesOn = resume && File.Exists(beside);
            part = Open(beside, goesOn ? FileMode.Open : FileMode.Create);
            var file = new AnswerFile(part, beside, target, held, isNew: !goesOn);
            if (resume && !goesOn)
            {
                held?.CopyTo(part);
            }

            return file;
        }
        catch
        {
            part?.Dispose();
            held?.Dispose();
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

            if (root.TryGetProperty("error", out var error))
            {
                Failures.Add(error.TryGetProperty("kind", out var kind) ? kind.GetString() : null);
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
