using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Filters;

internal sealed record LabelFilter(IReadOnlyList<string> Labels) : ItemFilter
{
    private readonly HashSet<string> _set = new(Labels, StringComparer.Ordinal);

    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) => _set.Contains(label);
}

internal sealed record IdFilter(IReadOnlyList<long> Ids) : ItemFilter
{
    private readonly HashSet<long> _set = [.. Ids];

    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) => _set.Contains(id);
}

/// <summary>Labels between the bounds in ordinal order, both included; null leaves a side open.</summary>
internal sealed record LabelRangeFilter(string? From, string? To) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) =>
        (From is null || string.CompareOrdinal(label, From) >= 0) && (To is null || string.CompareOrdinal(label, To) <= 0);
}

/// <summary>Ids between the bounds, both included.</summary>
internal sealed record IdRangeFilter(long From, long To) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) => id >= From && id <= To;
}

internal sealed record AnyOfFilter(string Field, IReadOnlyList<MetadataValue> Values) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) =>
        metadata.TryGetValue(Field, out var value) && Values.Contains(value);
}

internal sealed record RangeFilter : ItemFilter
{
    public RangeFilter(string field, MetadataValue? from, MetadataValue? to)
    {
        var kind = (from ?? to)?.Kind ?? throw new ArgumentException($"A range of '{field}' needs a bound.", nameof(from));
        if (kind == MetadataKind.Flag || (from is { } a && to is { } b && a.Kind != b.Kind))
        {
            throw new ArgumentException($"A range of '{field}' needs two texts or two numbers, found {from?.Kind} and {to?.Kind}.", nameof(from));
        }

        (Field, From, To) = (field, from, to);
    }

    public string Field { get; }

    public MetadataValue? From { get; }

    public MetadataValue? To { get; }

    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) =>
        metadata.TryGetValue(Field, out var value)
        && (From is not { } from || value.CompareTo(from) >= 0)
        && (To is not { } to || value.CompareTo(to) <= 0);
}

internal sealed record HasFilter(string Field) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) => metadata.ContainsKey(Field);
}

internal sealed record AllFilter(IReadOnlyList<ItemFilter> Filters) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        foreach (var filter in Filters)
        {
            if (!filter.Matches(id, label, metadata))
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed record AnyFilter(IReadOnlyList<ItemFilter> Filters) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        foreach (var filter in Filters)
        {
            if (filter.Matches(id, label, metadata))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed record NotFilter(ItemFilter Filter) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) => !Filter.Matches(id, label, metadata);
}

internal sealed record PredicateFilter(Func<long, string, IReadOnlyDictionary<string, MetadataValue>, bool> Predicate) : ItemFilter
{
    public override bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata) => Predicate(id, label, metadata);
}
