using System.Text;
using Npgsql;
using NpgsqlTypes;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Postgres;

/// <summary>
/// A filter as an SQL condition over <c>id</c>, <c>label</c> and <c>metadata</c>. Every value is a parameter, and no
/// condition is ever null.
/// </summary>
internal static class FilterSql
{
    /// <summary>The condition; its values are appended to the parameters.</summary>
    /// <exception cref="ArgumentException">A filter that only code can run.</exception>
    public static string Of(ItemFilter filter, NpgsqlParameterCollection parameters) => filter switch
    {
        LabelFilter f => $"label = ANY({Parameter(parameters, f.Labels.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)})",
        IdFilter f => $"id = ANY({Parameter(parameters, f.Ids.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint)})",
        LabelRangeFilter f => LabelRange(f, parameters),
        IdRangeFilter f => $"id BETWEEN {Parameter(parameters, f.From, NpgsqlDbType.Bigint)} AND {Parameter(parameters, f.To, NpgsqlDbType.Bigint)}",
        AnyOfFilter f => $"metadata @> ANY({Parameter(parameters, f.Values.Select(v => Json(f.Field, v)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb)})",
        RangeFilter f => Range(f, parameters),
        HasFilter f => $"jsonb_exists(metadata, {Parameter(parameters, f.Field, NpgsqlDbType.Text)})",
        AllFilter f => Join(f.Filters, " AND ", "true", parameters),
        AnyFilter f => Join(f.Filters, " OR ", "false", parameters),
        NotFilter f => $"NOT ({Of(f.Filter, parameters)})",
        _ => throw new ArgumentException("A filter of your own code runs in memory only; the database cannot run it.", nameof(filter)),
    };

    private static string LabelRange(LabelRangeFilter filter, NpgsqlParameterCollection parameters)
    {
        string? Bound(string sign, string? bound) => bound is null ? null : $"label COLLATE \"C\" {sign} {Parameter(parameters, bound, NpgsqlDbType.Text)}";
        string[] conditions = [.. new[] { Bound(">=", filter.From), Bound("<=", filter.To) }.OfType<string>()];
        return conditions.Length == 0 ? "true" : string.Join(" AND ", conditions);
    }

    private static string Range(RangeFilter filter, NpgsqlParameterCollection parameters)
    {
        var isText = (filter.From ?? filter.To)!.Value.Kind == MetadataKind.Text;
        var field = Parameter(parameters, filter.Field, NpgsqlDbType.Text);
        var value = isText ? $"(metadata ->> {field}) COLLATE \"C\"" : $"(metadata ->> {field})::double precision";
        var conditions = new List<string>(2);
        void Bound(string sign, MetadataValue? bound)
        {
            if (bound is { } b)
            {
                conditions.Add($"{value} {sign} " + (isText
                    ? Parameter(parameters, b.AsText!, NpgsqlDbType.Text)
                    : Parameter(parameters, b.AsNumber!.Value, NpgsqlDbType.Double)));
            }
        }

        Bound(">=", filter.From);
        Bound("<=", filter.To);
        return $"CASE WHEN jsonb_typeof(metadata -> {field}) = '{(isText ? "string" : "number")}' THEN {string.Join(" AND ", conditions)} ELSE false END";
    }

    private static string Join(IReadOnlyList<ItemFilter> filters, string word, string empty, NpgsqlParameterCollection parameters) =>
        filters.Count == 0 ? empty : string.Join(word, filters.Select(f => $"({Of(f, parameters)})"));

    private static string Json(string field, MetadataValue value) =>
        Encoding.UTF8.GetString(ItemMetadata.ToJson(new Dictionary<string, MetadataValue> { [field] = value }));

    private static string Parameter(NpgsqlParameterCollection parameters, object value, NpgsqlDbType type)
    {
        parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        return $"${parameters.Count}";
    }
}
