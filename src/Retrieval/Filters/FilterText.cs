using System.Globalization;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Filters;

/// <summary>
/// Conditions as people write them on a command line. <c>label</c> and <c>id</c> name the item's own; every other field is metadata.
/// A value that reads as a number or as true or false is one; in double quotes it stays text.
/// </summary>
public static class FilterText
{
    private static readonly string[] _operators = ["!=", ">=", "<=", "="];

    /// <summary>Reads one condition.</summary>
    /// <exception cref="ArgumentException">Not a condition.</exception>
    public static ItemFilter Parse(string text)
    {
        var (at, sign) = _operators.Select(o => (At: text.IndexOf(o, StringComparison.Ordinal), Sign: o))
            .Where(o => o.At >= 0).OrderBy(o => o.At).ThenByDescending(o => o.Sign.Length).FirstOrDefault();
        var field = (sign is null ? text : text[..at]).Trim();
        if (field.Length == 0)
        {
            throw new ArgumentException($"A condition is field=value, field!=value, field>=value, field<=value or field; found '{text}'.", nameof(text));
        }

        var value = sign is null ? "" : text[(at + sign.Length)..].Trim();
        return (field, sign) switch
        {
            (_, null) => ItemFilter.Has(field),
            ("label", "=") => ItemFilter.Label(value),
            ("label", "!=") => ItemFilter.Not(ItemFilter.Label(value)),
            ("id", "=") => ItemFilter.Id(ParseId(value)),
            ("id", "!=") => ItemFilter.Not(ItemFilter.Id(ParseId(value))),
            (_, "=") => ItemFilter.Equal(field, ParseValue(value)),
            (_, "!=") => ItemFilter.Not(ItemFilter.Equal(field, ParseValue(value))),
            (_, ">=") => ItemFilter.Range(field, ParseValue(value), null),
            _ => ItemFilter.Range(field, null, ParseValue(value)),
        };
    }

    /// <summary>A metadata value as people write it.</summary>
    public static MetadataValue ParseValue(string text) =>
        text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1]
        : bool.TryParse(text, out var flag) ? flag
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : text;

    private static long ParseId(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new ArgumentException($"An id is a whole number, zero or above; found '{text}'.", nameof(text));
}
