using System.Globalization;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Filters;

/// <summary>
/// Conditions as written on a command line: a field, one of <c>= == != &gt;= &lt;= &gt; &lt;</c>, and a value, or a field
/// alone for items that have it. <c>label</c> (text, in ordinal order) and <c>id</c> (a whole number) name the item's own;
/// every other field is metadata. A value that reads as a number or as true or false is one; in double quotes it stays text.
/// </summary>
internal static class FilterText
{
    private const string Forms = "field=value, field!=value, field>=value, field<=value, field>value, field<value or field";

    private static readonly string[] _operators = ["!=", ">=", "<=", "==", "=", ">", "<"];

    /// <summary>Reads one condition.</summary>
    /// <exception cref="ArgumentException">The text is not a condition.</exception>
    public static ItemFilter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (at, sign) = _operators.Select(o => (At: text.IndexOf(o, StringComparison.Ordinal), Sign: o))
            .Where(o => o.At >= 0).OrderBy(o => o.At).ThenByDescending(o => o.Sign.Length).FirstOrDefault();
        var field = (sign is null ? text : text[..at]).Trim();
        if (field.Length == 0 || field.AsSpan().ContainsAny("!~"))
        {
            throw new ArgumentException($"A condition is {Forms}; found '{text}'.", nameof(text));
        }

        var value = sign is null ? "" : text[(at + sign.Length)..].Trim();
        sign = sign == "==" ? "=" : sign;
        return (field, sign) switch
        {
            ("label" or "id", null) => ItemFilter.All(), // every item has them
            (_, null) => ItemFilter.Has(field),
            (_, "!=") => ItemFilter.Not(Compare(field, "=", value)),

            // An absent field is neither above nor below, so these are not the opposites of <= and >=.
            (_, ">") => ItemFilter.All(Compare(field, ">=", value), ItemFilter.Not(Compare(field, "=", value))),
            (_, "<") => ItemFilter.All(Compare(field, "<=", value), ItemFilter.Not(Compare(field, "=", value))),
            _ => Compare(field, sign, value),
        };
    }

    private static ItemFilter Compare(string field, string sign, string value) => (field, sign) switch
    {
        ("label", "=") => ItemFilter.Label(Unquoted(value)),
        ("label", ">=") => ItemFilter.LabelRange(Unquoted(value), null),
        ("label", _) => ItemFilter.LabelRange(null, Unquoted(value)),
        ("id", "=") => ItemFilter.Id(ParseId(value)),
        ("id", ">=") => ItemFilter.IdRange(ParseId(value)),
        ("id", _) => ItemFilter.IdRange(0, ParseId(value)),
        (_, "=") => ItemFilter.Equal(field, ParseValue(value)),
        (_, ">=") => ItemFilter.Range(field, ParseValue(value), null),
        _ => ItemFilter.Range(field, null, ParseValue(value)),
    };

    /// <summary>A metadata value as people write it.</summary>
    public static MetadataValue ParseValue(string text) =>
        IsQuoted(text) ? text[1..^1]
        : bool.TryParse(text, out var flag) ? flag
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : text;

    private static bool IsQuoted(string text) => text.Length >= 2 && text[0] == '"' && text[^1] == '"';

    private static string Unquoted(string text) => IsQuoted(text) ? text[1..^1] : text;

    private static long ParseId(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new ArgumentException($"An id is a whole number, zero or above; found '{text}'.", nameof(text));
}
