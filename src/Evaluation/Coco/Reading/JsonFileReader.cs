using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>
/// Forward-only JSON over a file of any size: a window moves along the file, no document is built. Faults become
/// <see cref="DataFormatException"/> with the file's name. Not thread-safe; dispose it.
/// </summary>
internal ref struct JsonFileReader
{
    private const int WindowBytes = 1 << 17;

    // Fields that are skipped may nest as they like; nothing here recurses.
    private static readonly JsonReaderState Start = new(new JsonReaderOptions { MaxDepth = 1 << 20 });
    private static readonly string[] CutMessages = ["reached end of data", "end of the JSON payload", "incomplete"];

    private readonly FileStream _file;
    private readonly string _path;
    private byte[] _window = new byte[WindowBytes];
    private int _filled;
    private bool _atEnd;
    private long _consumed; // bytes of the file before the window
    private Utf8JsonReader _json;

    /// <summary>Opens the file.</summary>
    /// <exception cref="DataFormatException">It holds nothing.</exception>
    public JsonFileReader(string path)
    {
        _path = path;
        _file = InputFile.OpenRead(path);
        if (_file.Length == 0)
        {
            _file.Dispose();
            throw new DataFormatException($"'{path}': expected COCO JSON, found an empty file (0 bytes).");
        }

        SkipByteOrderMark();
        Fill(keepFrom: 0);
        _json = new Utf8JsonReader(_window.AsSpan(0, _filled), _atEnd, Start);
    }

    /// <summary>Kind of the current token.</summary>
    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>The current string, number or name as UTF-8, escapes not resolved; valid until the next read.</summary>
    public readonly ReadOnlySpan<byte> Raw => _json.ValueSpan;

    /// <summary>Closes the file.</summary>
    public readonly void Dispose() => _file.Dispose();

    /// <summary>Moves to the next token.</summary>
    /// <returns>False at the end of the document.</returns>
    public bool Read()
    {
        try
        {
            while (!_json.Read())
            {
                if (_atEnd)
                {
                    return false;
                }

                Refill();
            }

            return true;
        }
        catch (JsonException e)
        {
            throw Broken(e);
        }
    }

    /// <summary>Moves to the next token, which must be there.</summary>
    public void ReadRequired()
    {
        if (!Read())
        {
            throw Fault("expected more, found the end of the file");
        }
    }

    /// <summary>Moves past the current value, whatever it holds.</summary>
    public void Skip()
    {
        if (Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var depth = _json.CurrentDepth;
        do
        {
            ReadRequired();
        }
        while (_json.CurrentDepth > depth);
    }

    /// <summary>Whether the current name or string equals this text.</summary>
    public readonly bool Is(ReadOnlySpan<byte> text)
    {
        if (!_json.ValueIsEscaped)
        {
            return _json.ValueSpan.SequenceEqual(text);
        }

        try
        {
            return _json.ValueTextEquals(text);
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    /// <summary>The current value as a number.</summary>
    public readonly double Number(string what)
    {
        var value = 0.0;
        return Token == JsonTokenType.Number && _json.TryGetDouble(out value) && double.IsFinite(value)
            ? value
            : throw Fault($"{what} must be a finite number, found {Found()}");
    }

    /// <summary>Whether the current value is a whole number; 42.0 is one.</summary>
    public readonly bool IsWhole =>
        Token == JsonTokenType.Number && _json.TryGetDouble(out var value) && value == Math.Floor(value) && double.IsFinite(value);

    /// <summary>The current value as a whole number; 42.0 is one.</summary>
    public readonly long Integer(string what)
    {
        if (Token == JsonTokenType.Number)
        {
            if (_json.TryGetInt64(out var whole))
            {
                return whole;
            }

            if (_json.TryGetDouble(out var value) && value == Math.Floor(value) && Math.Abs(value) < 1L << 53)
            {
                return (long)value;
            }
        }

        throw Fault($"{what} must be a whole number, found {Found()}");
    }

    /// <summary>The current value as an id: a whole number, or text, or a number beyond 64 bits, which get a code.</summary>
    public readonly long Id(string what, ForeignIds foreign)
    {
        switch (Token)
        {
            case JsonTokenType.Number when _json.TryGetInt64(out var id):
                return ForeignIds.IsCode(id) ? throw Fault($"{what} must be above -2^63 + 2^40, found {id}") : id;
            case JsonTokenType.String:
                return foreign.CodeOf(new ForeignId(Text()!, IsNumber: false));
            case JsonTokenType.Number when ForeignId.TryNumber(_json.ValueSpan, out var large):
                return foreign.CodeOf(large);
            default:
                return Integer(what);
        }
    }

    /// <summary>The current value as text; null where it is not a string.</summary>
    public readonly string? Text()
    {
        try
        {
            return Token == JsonTokenType.String ? _json.GetString() : null;
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    /// <summary>Copies the current string as UTF-8 with its escapes resolved.</summary>
    public readonly byte[] Utf8(string what)
    {
        if (Token != JsonTokenType.String)
        {
            throw Fault($"{what} must be a string, found {Found()}");
        }

        var text = new byte[_json.ValueSpan.Length];
        try
        {
            return text[.._json.CopyString(text)];
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    /// <summary>Fails unless the current token is this one.</summary>
    public readonly void Expect(JsonTokenType token, string what)
    {
        if (Token != token)
        {
            throw Fault($"{what}, found {Found()}");
        }
    }

    /// <summary>An exception that names the file and the place.</summary>
    public readonly DataFormatException Fault(string message, Exception? inner = null) =>
        new($"'{_path}': {message} (near byte {_consumed + _json.TokenStartIndex}).", inner);

    private readonly string Found() => Token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.EndArray or JsonTokenType.EndObject => "the end of the list",
        JsonTokenType.String => $"the string \"{Shorten(Encoding.UTF8.GetString(_json.ValueSpan))}\"",
        _ => Shorten(Encoding.UTF8.GetString(_json.ValueSpan)),
    };

    private readonly DataFormatException NoText(Exception inner) =>
        Fault("expected text in UTF-8, found bytes or an escape that do not represent a character", inner);

    private static string Shorten(string text) => text.Length > 40 ? text[..40] + "..." : text;

    private readonly DataFormatException Broken(JsonException e)
    {
        var at = Math.Min((int)_json.BytesConsumed, _filled);
        var rest = _window.AsSpan(at, Math.Min(12, _filled - at));
        if (rest.IndexOf("NaN"u8) >= 0 || rest.IndexOf("Infinity"u8) >= 0)
        {
            return Fault("expected a finite number, found NaN or Infinity, which JSON does not know", e);
        }

        var isCut = _atEnd && CutMessages.Any(m => e.Message.Contains(m, StringComparison.Ordinal));
        return isCut ? Fault("the file ends in the middle of its JSON; it is truncated", e) : Fault($"expected JSON; {e.Message}", e);
    }

    private void SkipByteOrderMark()
    {
        Span<byte> start = stackalloc byte[3];
        var read = _file.ReadAtLeast(start, 3, throwOnEndOfStream: false);
        _consumed = start[..read].SequenceEqual(Encoding.UTF8.Preamble) ? read : 0;
        _file.Position = _consumed;
    }

    private void Refill()
    {
        var used = (int)_json.BytesConsumed;
        var state = _json.CurrentState;
        _consumed += used;
        Fill(used);
        _json = new Utf8JsonReader(_window.AsSpan(0, _filled), _atEnd, state);
    }

    private void Fill(int keepFrom)
    {
        var kept = _filled - keepFrom;
        var target = kept > _window.Length / 2 ? new byte[_window.Length * 2] : _window;
        _window.AsSpan(keepFrom, kept).CopyTo(target);
        _window = target;
        _filled = kept;
        while (_filled < _window.Length)
        {
            var read = _file.Read(_window, _filled, _window.Length - _filled);
            if (read == 0)
            {
                _atEnd = true;
                return;
            }

            _filled += read;
        }
    }
}
