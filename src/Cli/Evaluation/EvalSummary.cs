using System.Text.Json;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>Names and numbers of an evaluation, in order: a table for people, one flat JSON object for programs.</summary>
internal sealed class EvalSummary
{
    private readonly List<(string Name, double Value, bool IsCount)> _values = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The names and numbers.</summary>
    public IEnumerable<(string Name, double Value)> Values => _values.Select(v => (v.Name, v.Value));

    /// <summary>Adds a measure; written in full double precision, or as null where it is not finite.</summary>
    public EvalSummary Add(string name, double value)
    {
        _values.Add((Unique(name), value, false));
        return this;
    }

    /// <summary>Adds a count; written as a whole number.</summary>
    public EvalSummary AddCount(string name, long value)
    {
        _values.Add((Unique(name), value, true));
        return this;
    }

    // Classes may share a name; keys of one object may not.
    private string Unique(string name)
    {
        var unique = name;
        for (var copy = 2; !_names.Add(unique); copy++)
        {
            unique = $"{name}#{copy}";
        }

        return unique;
    }

    /// <summary>Writes the fields of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        foreach (var (name, value, isCount) in _values)
        {
            if (isCount)
            {
                json.WriteNumber(name, (long)value);
            }
            else
            {
                json.WriteFinite(name, value);
            }
        }
    }

    /// <summary>Names and numbers as text, four digits after the point.</summary>
    public IEnumerable<string[]> Rows() => _values.Select(v => (string[])[v.Name, v.IsCount ? $"{(long)v.Value}" : $"{v.Value:0.0000}"]);
}
