using System.Globalization;
using System.Text;

namespace PPLCNet.Vision.Retrieval.Galleries.Shitu;

/// <summary>
/// Reads the <c>id_map</c> of PaddleX's YAML file: lines "id: label" indented below it, labels plain or quoted. Nothing else of
/// YAML is needed.
/// </summary>
internal static class YamlIdMap
{
    /// <exception cref="DataFormatException">There is no such map, a line has another form, or an id occurs twice.</exception>
    public static Dictionary<long, string> Read(IEnumerable<string> lines, string name)
    {
        var map = new Dictionary<long, string>();
        var isInside = false;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.TrimEnd() is "id_map:" or "id_map: {}")
            {
                isInside = true;
            }
            else if (line.Length > 0 && !char.IsWhiteSpace(line[0]))
            {
                isInside = false;
            }
            else if (isInside && line.Trim() is { Length: > 0 } entry)
            {
                var at = entry.IndexOf(':', StringComparison.Ordinal);
                if (at < 0 || !long.TryParse(entry.AsSpan(0, at).Trim('\''), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    || Scalar(entry[(at + 1)..].Trim()) is not { } label)
                {
                    throw new DataFormatException($"'{name}' line {number}: expected 'id: label' below id_map, found '{entry}'.");
                }

                if (!map.TryAdd(id, label))
                {
                    throw new DataFormatException($"'{name}' line {number}: id {id} occurs twice.");
                }
            }
        }

        return map.Count > 0 ? map : throw new DataFormatException($"'{name}': expected an id_map, found none.");
    }

    /// <summary>The text of a scalar; null where an escape names no character.</summary>
    private static string? Scalar(string text) =>
        text.Length >= 2 && text[0] == '\'' && text[^1] == '\'' ? text[1..^1].Replace("''", "'", StringComparison.Ordinal)
        : text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? Unescape(text[1..^1])
        : text;

    private static string? Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            var digits = text[++i] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
            {
                result.Append(text[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', var other => other });
                continue;
            }

            if (i + digits >= text.Length
                || !int.TryParse(text.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                || !Rune.TryCreate(code, out var character))
            {
                return null;
            }

            result.Append(character.ToString());
            i += digits;
        }

        return result.ToString();
    }
}
