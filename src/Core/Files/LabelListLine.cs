using System.Text;

namespace PPLCNet.Vision.Files;

/// <summary>An entry as far as its line alone tells.</summary>
/// <param name="Number">Its line, from 1.</param>
/// <param name="Text">The line, or the only field where that was quoted.</param>
/// <param name="IsQuoted">Whether the first field was quoted.</param>
/// <param name="Delimiter">Tab, comma or blank where the line itself shows which parts it; 0 where it must be found out, or
/// where there is one field.</param>
/// <param name="Fields">The fields where <paramref name="Delimiter"/> is known.</param>
internal sealed record LabelListLine(int Number, string Text, bool IsQuoted, char Delimiter, IReadOnlyList<string> Fields)
{
    /// <summary>Splits a text into entries.</summary>
    /// <param name="text">The list.</param>
    /// <param name="isRaw">Whether all that follows the first delimiter is one field, literally.</param>
    /// <param name="name">The list's name in messages.</param>
    public static IReadOnlyList<LabelListLine> Split(string text, bool isRaw, string name)
    {
        var lines = new List<LabelListLine>();
        var cursor = new Cursor(text, isRaw, name);
        while (cursor.Next() is { } line)
        {
            if (line.IsQuoted || line.Delimiter != 0 || line.Text.Trim().Length > 0)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>The fields of a line that a comma parts, from the first comma on.</summary>
    public static IReadOnlyList<string> CommaFields(string rest, string name, int number)
    {
        var cursor = new Cursor(rest, isRaw: false, name);
        return cursor.Fields(',', number);
    }

    private sealed class Cursor(string text, bool isRaw, string name)
    {
        private int _at;
        private int _line;

        public LabelListLine? Next()
        {
            if (_at >= text.Length)
            {
                return null;
            }

            var number = ++_line;
            if (Quoted(_at, mayBreak: !isRaw) is { } first)
            {
                _at = first.End;
                var delimiter = IsAtEnd ? '\0' : text[_at];
                IReadOnlyList<string> rest = delimiter switch
                {
                    '\0' => [],
                    _ when isRaw => [Skip(1).RestOfLine()],
                    ' ' => [Skip(1).RestOfLine().Trim()],
                    _ => Skip(1).Fields(delimiter, number),
                };
                EndLine();
                return new LabelListLine(number, first.Value, true, delimiter, delimiter == 0 ? [] : [first.Value, .. rest]);
            }

            var start = _at;
            var line = RestOfLine();
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab < 0)
            {
                EndLine();
                return new LabelListLine(number, line, false, '\0', []);
            }

            _at = start + tab + 1;
            IReadOnlyList<string> fields = [line[..tab], .. isRaw ? [RestOfLine()] : Fields('\t', number)];
            EndLine();
            return new LabelListLine(number, line, false, '\t', fields);
        }

        /// <summary>Fields up to the end of the line.</summary>
        public List<string> Fields(char delimiter, int number)
        {
            var fields = new List<string>();
            while (true)
            {
                fields.Add(Field(delimiter, number));
                if (IsAtEnd)
                {
                    return fields;
                }

                _at++;
            }
        }

        private bool IsAtEnd => _at >= text.Length || text[_at] is '\n' || (text[_at] is '\r' && (_at + 1 == text.Length || text[_at + 1] is '\n'));

        private string Field(char delimiter, int number)
        {
            if (delimiter == ',')
            {
                while (!IsAtEnd && text[_at] == ' ')
                {
                    _at++;
                }
            }

            if (Quoted(_at, mayBreak: true) is { } quoted && (delimiter == ',' || !IsTrailing(quoted.End, delimiter)))
            {
                // A label that only begins with a quote would take the lines up to the next one with it.
                if (quoted.Value.AsSpan().IndexOf('\n') is >= 0 and var end && quoted.Value.AsSpan(end).Contains('\t'))
                {
                    throw new DataFormatException($"'{name}', line {number}: a quote that opens here is closed only on a later line that is an entry of its own; double the quote, or close it.");
                }

                _at = quoted.End;
                while (delimiter == ',' && !IsAtEnd && text[_at] == ' ')
                {
                    _at++;
                }

                return IsAtEnd || text[_at] == delimiter
                    ? quoted.Value
                    : throw new DataFormatException($"'{name}', line {number}: expected {(delimiter == ',' ? "a comma" : "a tab")} after a field in quotes, found '{text[_at]}'.");
            }

            var start = _at;
            while (!IsAtEnd && text[_at] != delimiter)
            {
                _at++;
            }

            var field = text[start.._at];
            return delimiter != ',' ? field
                : field.StartsWith('"') ? throw new DataFormatException($"'{name}', line {number}: expected a field whose quotes are closed and doubled inside, found '{field}'.")
                : field.Trim();
        }

        /// <summary>
        /// Whether something other than a delimiter follows a closing quote, so that the quotes are part of a text, such as
        /// '"Brand" cola'.
        /// </summary>
        private bool IsTrailing(int end, char delimiter) =>
            end < text.Length && text[end] != delimiter && text[end] is not ('\r' or '\n');

        /// <summary>A field in quotes that begins here; null where none does, or its end is not an end of a field.</summary>
        private (string Value, int End)? Quoted(int at, bool mayBreak)
        {
            if (at >= text.Length || text[at] != '"')
            {
                return null;
            }

            var value = new StringBuilder();
            for (var i = at + 1; i < text.Length; i++)
            {
                if (text[i] == '\n' && !mayBreak)
                {
                    return null;
                }

                if (text[i] != '"')
                {
                    value.Append(text[i]);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    value.Append(text[i++]);
                }
                else
                {
                    return i + 1 == text.Length || text[i + 1] is '\t' or ',' or ' ' or '\r' or '\n' ? (value.ToString(), i + 1) : null;
                }
            }

            return null;
        }

        private Cursor Skip(int count)
        {
            _at += count;
            return this;
        }

        private string RestOfLine()
        {
            var start = _at;
            while (!IsAtEnd)
            {
                _at++;
            }

            return text[start.._at];
        }

        /// <summary>Moves behind the end of the line, counting the lines that a quoted field went over.</summary>
        private void EndLine()
        {
            while (_at < text.Length && text[_at] is '\r')
            {
                _at++;
            }

            _at += _at < text.Length ? 1 : 0;
            _line = CountTo(_at);
        }

        private int _counted;
        private int _ends;

        private int CountTo(int at)
        {
            _ends += text.AsSpan(_counted, at - _counted).Count('\n');
            _counted = at;
            return _ends;
        }
    }
}
