using System.Globalization;

namespace PPLCNet.Vision.Retrieval.Items;

/// <summary>Which of the three kinds a <see cref="MetadataValue"/> is.</summary>
public enum MetadataKind
{
    /// <summary>
    /// Text, compared ordinally; dates and times belong here, written as ISO 8601 in UTC so that order is time.
    /// </summary>
    Text,

    /// <summary>A finite double.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,
}

/// <summary>
/// A fact about an item: text, a number or a flag. Values of different kinds are never equal and never ordered.
/// </summary>
public readonly struct MetadataValue : IEquatable<MetadataValue>
{
    private readonly string? _text;
    private readonly double _number;

    private MetadataValue(MetadataKind kind, string? text, double number)
    {
        Kind = kind;
        _text = text;
        _number = number;
    }

    /// <summary>The kind.</summary>
    public MetadataKind Kind { get; }

    /// <summary>The text of a <see cref="MetadataKind.Text"/>, else null.</summary>
    public string? AsText => Kind == MetadataKind.Text ? _text ?? "" : null;

    /// <summary>The number of a <see cref="MetadataKind.Number"/>, else null.</summary>
    public double? AsNumber => Kind == MetadataKind.Number ? _number : null;

    /// <summary>The flag of a <see cref="MetadataKind.Flag"/>, else null.</summary>
    public bool? AsFlag => Kind == MetadataKind.Flag ? _number != 0 : null;

    /// <summary>A text.</summary>
    public static implicit operator MetadataValue(string text) => new(MetadataKind.Text, text ?? throw new ArgumentNullException(nameof(text)), 0);

    /// <summary>A number.</summary>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public static implicit operator MetadataValue(double number) => double.IsFinite(number)
        ? new(MetadataKind.Number, null, number)
        : throw new ArgumentException($"A metadata number must be finite, found {number}.", nameof(number));

    /// <summary>A flag.</summary>
    public static implicit operator MetadataValue(bool flag) => new(MetadataKind.Flag, null, flag ? 1 : 0);

    /// <summary>Whether both are equal.</summary>
    public static bool operator ==(MetadataValue left, MetadataValue right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(MetadataValue left, MetadataValue right) => !left.Equals(right);

    /// <summary>
    /// Negative, zero or positive as this is below, equal to or above the other; null for values of different kinds.
    /// </summary>
    public int? CompareTo(MetadataValue other) =>
        Kind != other.Kind ? null
        : Kind == MetadataKind.Text ? string.CompareOrdinal(AsText, other.AsText)
        : _number.CompareTo(other._number);

    /// <inheritdoc/>
    public bool Equals(MetadataValue other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetadataValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, AsText, _number);

    /// <summary>The value as plain text.</summary>
    public override string ToString() => Kind switch
    {
        MetadataKind.Text => AsText!,
        MetadataKind.Number => _number.ToString("R", CultureInfo.InvariantCulture),
        _ => _number != 0 ? "true" : "false",
    };
}
