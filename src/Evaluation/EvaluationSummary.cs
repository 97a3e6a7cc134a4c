using System.Text.Json;
using PPLCNet.Vision.Json;

namespace PPLCNet.Vision.Evaluation;

/// <summary>
/// Names and numbers of an evaluation, in order: a table for people, one flat JSON object for programs. Not thread-safe.
/// </summary>
internal sealed class EvaluationSummary
{
    private readonly List<(string Name, double Value, bool IsCount)> _values = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The names and numbers.</summary>
    public IEnumerable<(string Name, double Value)> Values => _values.Select(v => (v.Name, v.Value));

    /// <summary>
    /// Adds a measure, which is written in full double precision, or as null where it is not finite. A name that is taken
    /// gets a number.
    /// </summary>
    public EvaluationSummary Add(string name, double value)
    {
        _values.Add((Unique(name), value, false));
        return this;
    }

    /// <summary>Adds a count; written as a whole number.</summary>
    public EvaluationSummary AddCount(string name, long value)
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

    /// <summary>Writes each name and number as a property of the current object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
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

    /// <summary>Names and numbers as text, measures with four digits after the point.</summary>
    public IEnumerable<string[]> Rows() =>
        _values.Select(v => (string[])[v.Name, v.IsCount ? $"{(long)v.Value}" : $"{v.Value:0.0000}"]);
}
