using System.Text.Json;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>Where JSON lines go: standard output, or a file that a later run can resume. Every line is on disk before the next is made.</summary>
internal sealed class AnswerFile : IDisposable
{
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
            return new AnswerFile(Console.OpenStandardOutput(), "standard output");
        }

        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            var stream = new FileStream(path, resume ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
            var file = new AnswerFile(stream, path);
            if (resume)
            {
                file.ReadEarlier(restore);
            }

            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Environment($"cannot write '{path}': {e.Message}", e);
        }
    }

    /// <summary>Writes one line.</summary>
    /// <exception cref="CliException">The disk is full or the file is gone.</exception>
    public void Write(byte[] line)
    {
        try
        {
            _stream.Write(line);
            _stream.Flush();
        }
        catch (IOException e)
        {
            throw CliException.Environment($"cannot write to {_name}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>Takes over whole lines; a last line that a killed run left unfinished is cut off.</summary>
    private void ReadEarlier(Action<JsonElement> restore)
    {
        _stream.SetLength(EndOfLastLine());
        _stream.Position = 0;
        using var reader = new StreamReader(_stream, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            if (!TryRead(line, restore))
            {
                throw new DataFormatException($"'{_name}': expected JSON lines of an earlier run, found '{(line.Length > 80 ? line[..80] : line)}'.");
            }
        }

        _stream.Position = _stream.Length;
    }

    private long EndOfLastLine()
    {
        for (var end = _stream.Length; end > 0; end--)
        {
            _stream.Position = end - 1;
            if (_stream.ReadByte() == '\n')
            {
                return end;
            }
        }

        return 0;
    }

    private bool TryRead(string line, Action<JsonElement> restore)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (!document.RootElement.TryGetProperty("file", out var file))
            {
                return false;
            }

            Answered.Add(file.GetString()!);
            if (document.RootElement.TryGetProperty("error", out _))
            {
                Failed++;
            }
            else
            {
                restore(document.RootElement);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
