using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Filters;

/// <summary>
/// Which items a search may find: a small tree of conditions, so that every index can use it its own way: as a predicate in
/// memory, as SQL, or as an expression for a vector store. Immutable and thread-safe. An absent field matches nothing but
/// <see cref="Not"/>.
/// </summary>
public abstract record ItemFilter
{
    private protected ItemFilter()
    {
    }

    /// <summary>Whether the filter lets the item through.</summary>
    public abstract bool Matches(long id, string label, IReadOnlyDictionary<string, MetadataValue> metadata);

    /// <summary>Whether the filter lets the item through.</summary>
    public bool Matches(GalleryItem item) => Matches(item.Id, item.Label, item.Metadata);

    /// <summary>Items with one of these labels.</summary>
    public static ItemFilter Label(params string[] labels) => new LabelFilter(labels);

    /// <summary>Items with one of these ids.</summary>
    public static ItemFilter Id(params long[] ids) => new IdFilter(ids);

    /// <summary>Items whose label lies between the bounds in ordinal order, both included; null leaves a side open.</summary>
    public static ItemFilter LabelRange(string? from, string? to) => new LabelRangeFilter(from, to);

    /// <summary>Items whose id lies between the bounds, both included.</summary>
    public static ItemFilter IdRange(long from, long to = long.MaxValue) => new IdRangeFilter(from, to);

    /// <summary>Items whose metadata field equals the value.</summary>
    public static ItemFilter Equal(string field, MetadataValue value) => new AnyOfFilter(field, [value]);

    /// <summary>Items whose metadata field equals one of the values.</summary>
    public static ItemFilter AnyOf(string field, params MetadataValue[] values) => new AnyOfFilter(field, values);

    /// <summary>
    /// Items whose metadata field lies between the bounds, both included; null leaves a side open. Bounds are text or
    /// numbers.
    /// </summary>
    /// <exception cref="ArgumentException">No bound, bounds of different kinds, or a flag.</exception>
    public static ItemFilter Range(string field, MetadataValue? from, MetadataValue? to) => new RangeFilter(field, from, to);

    /// <summary>Items that have the metadata field at all.</summary>
    public static ItemFilter Has(string field) => new HasFilter(field);

    /// <summary>Items that every filter lets through.</summary>
    public static ItemFilter All(params ItemFilter[] filters) => new AllFilter(filters);

    /// <summary>Items that at least one filter lets through.</summary>
    public static ItemFilter Any(params ItemFilter[] filters) => new AnyFilter(filters);

    /// <summary>Items that the filter holds back.</summary>
    public static ItemFilter Not(ItemFilter filter) => new NotFilter(filter);

    /// <summary>Items for which your own code says yes; in-memory indexes only, because no database can run it.</summary>
    public static ItemFilter Where(Func<long, string, IReadOnlyDictionary<string, MetadataValue>, bool> predicate) => new PredicateFilter(predicate);

    /// <summary>
    /// Reads <c>field=value</c> (or <c>==</c>), <c>!=</c>, <c>&gt;=</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&lt;</c>, or
    /// <c>field</c> alone; see <see cref="FilterText"/>.
    /// </summary>
    /// <exception cref="ArgumentException">None of these.</exception>
    public static ItemFilter Parse(string text) => FilterText.Parse(text);
}
