using System.Globalization;

namespace PPLCNet.Vision.Files;

/// <summary>Finds the one way to read the lines of a list, all together.</summary>
internal sealed class LabelListResolver(LabelListUse use, string name)
{
    private const string Advice = "separate the fields with tabs, or put the path in double quotes";

    private bool _hasImages;

    /// <summary>The entries.</summary>
    /// <exception cref="DataFormatException">There is no way, or more than one.</exception>
    public IReadOnlyList<LabelListEntry> Resolve(IReadOnlyList<LabelListLine> lines)
    {
        _hasImages = lines.Any(l => LabelList.Ends(l.Delimiter == 0 ? l.Text : l.Fields[0]).Count > 0);
        LabelListLine[] parted = [.. lines.Select(Part)];
        CheckOneWay(parted);
        var arePairs = AreNumberPairs(parted);
        return [.. parted.Select(l => Entry(l, arePairs))];
    }

    /// <summary>Finds the delimiter of a line that does not show it.</summary>
    private LabelListLine Part(LabelListLine line)
    {
        if (line.Delimiter != 0 || line.IsQuoted)
        {
            return line;
        }

        var ends = LabelList.Ends(line.Text);
        var isPath = ends.Count > 0 && ends[^1] == line.Text.Length;
        int[] inner = [.. ends.Where(e => e < line.Text.Length)];
        var needsLabel = use is LabelListUse.LabelledImages or LabelListUse.Texts;
        if (inner.Length > 1 || (inner.Length == 1 && isPath && !needsLabel))
        {
            throw Ambiguous(line, $"a path '{line.Text[..inner[0]]}' and what follows it, or a longer path");
        }

        return inner.Length == 1 ? Cut(line, inner[0])
            : isPath ? line
            : PartWithoutImage(line);
    }

    private LabelListLine PartWithoutImage(LabelListLine line)
    {
        var first = line.Text.AsSpan().IndexOfAny(' ', ',');
        if (first < 0)
        {
            return line;
        }

        switch (use)
        {
            case LabelListUse.Texts when !_hasImages && line.Text.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var blank:
                return Cut(line, blank);
            case LabelListUse.LabelledImages when line.Text.AsSpan(first + 1).Trim(' ').IndexOfAny(' ', ',') < 0:
                return Cut(line, first);
            default:
                throw Ambiguous(line, "one name, or a path and a label");
        }
    }

    private LabelListLine Cut(LabelListLine line, int at)
    {
        var (path, delimiter) = (line.Text[..at], line.Text[at]);
        if (use == LabelListUse.Texts)
        {
            return delimiter == ' '
                ? line with { Delimiter = ' ', Fields = [path, line.Text[(at + 1)..]] }
                : throw Bad(line, "a tab or a blank between path and text", $"'{line.Text}'");
        }

        return line with
        {
            Delimiter = delimiter,
            Fields = delimiter == ',' ? [path.Trim(), .. LabelListLine.CommaFields(line.Text[(at + 1)..], name, line.Number)] : [path, Unquote(line.Text[(at + 1)..].Trim())],
        };
    }

    private void CheckOneWay(LabelListLine[] lines)
    {
        var known = lines.Where(l => l.Delimiter != 0).ToArray();
        if (known.Length == 0)
        {
            return;
        }

        if (known.FirstOrDefault(l => l.Delimiter != known[0].Delimiter) is { } other)
        {
            throw Bad(other, $"a {NameOf(known[0].Delimiter)} after the path, as on line {known[0].Number}", $"a {NameOf(other.Delimiter)}; {Advice}");
        }

        if (known[0].Delimiter == ',' && known.FirstOrDefault(l => l.Fields.Count != known[0].Fields.Count) is { } uneven)
        {
            throw Bad(uneven, $"{known[0].Fields.Count} fields, as on line {known[0].Number}", $"{uneven.Fields.Count}; a label with a comma belongs in double quotes");
        }

        if (known.FirstOrDefault(l => l.Fields.Count > 3) is { } wide)
        {
            throw Bad(wide, "a path, a label and perhaps a group", $"{wide.Fields.Count} fields");
        }
    }

    /// <summary>PaddleClas writes "path label id", both whole numbers.</summary>
    private static bool AreNumberPairs(LabelListLine[] lines)
    {
        var any = false;
        foreach (var line in lines)
        {
            if (line.Delimiter == ' ')
            {
                var words = line.Fields[1].Split(' ');
                if (words.Length != 2 || !words.All(w => long.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
                {
                    return false;
                }

                any = true;
            }
        }

        return any;
    }

    private LabelListEntry Entry(LabelListLine line, bool arePairs)
    {
        if ((line.Delimiter == 0 ? line.Text : line.Fields[0]).Contains('\0', StringComparison.Ordinal))
        {
            throw Bad(line, "a path without NUL characters", "one; the file is not a text");
        }

        if (line.Delimiter == 0)
        {
            return use is LabelListUse.LabelledImages or LabelListUse.Texts ? throw Bad(line, "a path, a tab and a label", $"'{line.Text}'") : Alone(line);
        }

        if (use == LabelListUse.Texts && line.Delimiter == ',')
        {
            throw Bad(line, "a tab or a blank between path and text", $"'{line.Text}'");
        }

        var fields = arePairs && line.Delimiter == ' ' ? [line.Fields[0], .. line.Fields[1].Split(' ')] : line.Fields;
        var path = fields[0].Length > 0 ? fields[0] : null;
        return path is not null || use == LabelListUse.Rows
            ? new LabelListEntry(line.Number, path, fields[1], fields.Count > 2 ? fields[2] : null)
            : throw Bad(line, "a path", $"'{line.Text}'");
    }

    private LabelListEntry Alone(LabelListLine line)
    {
        var isPath = use != LabelListUse.Rows || line.Text.AsSpan().ContainsAny('/', '\\') || LabelList.Ends(line.Text).Contains(line.Text.Length);
        if (isPath && line.Text.Length == 0)
        {
            throw Bad(line, "a path", "an empty field");
        }

        return isPath ? new LabelListEntry(line.Number, line.Text, null) : new LabelListEntry(line.Number, null, line.Text);
    }

    private static string Unquote(string field) => field.Length >= 2 && field[0] == '"' && field[^1] == '"'
        && !field[1..^1].Replace("\"\"", "", StringComparison.Ordinal).Contains('"', StringComparison.Ordinal)
        ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
        : field;

    private static string NameOf(char delimiter) => delimiter switch { '\t' => "tab", ',' => "comma", _ => "blank" };

    private DataFormatException Ambiguous(LabelListLine line, string readings) =>
        Bad(line, "a line that can be read in one way", $"'{line.Text}', which is {readings}; {Advice}");

    private DataFormatException Bad(LabelListLine line, string expected, string found) => new($"'{name}', line {line.Number}: expected {expected}, found {found}.");
}
