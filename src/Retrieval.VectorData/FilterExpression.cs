using System.Linq.Expressions;
using System.Reflection;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>A filter as the expression that vector stores translate: comparisons of <c>(T)record["field"]</c> with constants, joined by and, or, not.</summary>
internal static class FilterExpression
{
    private static readonly ParameterExpression _record = Expression.Parameter(typeof(Dictionary<string, object?>), "r");
    private static readonly MethodInfo _item = typeof(Dictionary<string, object?>).GetMethod("get_Item")!;
    private static readonly MethodInfo _compare = typeof(string).GetMethod(nameof(string.CompareOrdinal), [typeof(string), typeof(string)])!;

    /// <summary>The expression.</summary>
    /// <exception cref="ArgumentException">A field that is not among the options', or a filter of the caller's own code.</exception>
    public static Expression<Func<Dictionary<string, object?>, bool>> Of(ItemFilter filter, VectorStoreIndexOptions options) =>
        Expression.Lambda<Func<Dictionary<string, object?>, bool>>(Body(filter, options), _record);

    private static Expression Body(ItemFilter filter, VectorStoreIndexOptions options) => filter switch
    {
        LabelFilter f => AnyOf(VectorStoreIndexOptions.Label, typeof(string), f.Labels),
        IdFilter f => AnyOf(VectorStoreIndexOptions.Id, options.KeyType, [.. f.Ids.Select(options.Key)]),
        LabelRangeFilter f => LabelRange(f),
        IdRangeFilter f => IdRange(f, options),
        AnyOfFilter f => AnyOfValues(f, options),
        RangeFilter f => Range(f, options),
        HasFilter f => Has(f.Field, options),
        AllFilter f => Join(f.Filters, Expression.AndAlso, true, options),
        AnyFilter f => Join(f.Filters, Expression.OrElse, false, options),
        NotFilter f => Expression.Not(Body(f.Filter, options)),
        _ => throw new ArgumentException("A filter of your own code runs in memory only; a vector store cannot run it.", nameof(filter)),
    };

    private static Expression LabelRange(LabelRangeFilter filter)
    {
        Expression? Bound(Func<Expression, Expression, Expression> sign, string? bound) => bound is null ? null : sign(
            Expression.Call(_compare, Property(VectorStoreIndexOptions.Label, typeof(string)), Expression.Constant(bound)), Expression.Constant(0));
        return new[] { Bound(Expression.GreaterThanOrEqual, filter.From), Bound(Expression.LessThanOrEqual, filter.To) }
            .OfType<Expression>().DefaultIfEmpty(Expression.Constant(true)).Aggregate(Expression.AndAlso);
    }

    private static Expression IdRange(IdRangeFilter filter, VectorStoreIndexOptions options)
    {
        if (options.KeyType == typeof(string))
        {
            throw new ArgumentException("Expected whole numbers as keys for a range of ids, found keys of text, whose order is another.", nameof(options));
        }

        var most = options.KeyType == typeof(int) ? int.MaxValue : long.MaxValue;
        Expression Bound(Func<Expression, Expression, Expression> sign, long bound) =>
            sign(Property(VectorStoreIndexOptions.Id, options.KeyType), Expression.Constant(options.Key(bound), options.KeyType));
        return filter.From > most || filter.To < filter.From
            ? Expression.Constant(false)
            : Expression.AndAlso(Bound(Expression.GreaterThanOrEqual, Math.Max(0, filter.From)), Bound(Expression.LessThanOrEqual, Math.Min(most, filter.To)));
    }

    private static Expression AnyOfValues(AnyOfFilter filter, VectorStoreIndexOptions options)
    {
        var kind = Kind(filter.Field, options);
        object[] values = [.. filter.Values.Where(v => v.Kind == kind).Select(Plain)];
        return values.Length == 0 ? Expression.Constant(false) : AnyOf(filter.Field, VectorStoreIndexOptions.Type(kind), values);
    }

    private static Expression Range(RangeFilter filter, VectorStoreIndexOptions options)
    {
        var kind = Kind(filter.Field, options);
        if ((filter.From ?? filter.To)!.Value.Kind != kind)
        {
            return Expression.Constant(false);
        }

        Expression result = Has(filter.Field, options);
        if (filter.From is { } from)
        {
            result = Expression.AndAlso(result, Compare(Expression.GreaterThanOrEqual, filter.Field, kind, from));
        }

        return filter.To is { } to ? Expression.AndAlso(result, Compare(Expression.LessThanOrEqual, filter.Field, kind, to)) : result;
    }

    private static Expression Compare(Func<Expression, Expression, Expression> sign, string field, MetadataKind kind, MetadataValue bound)
    {
        var type = VectorStoreIndexOptions.Type(kind);
        return kind == MetadataKind.Text
            ? sign(Expression.Call(_compare, Property(field, type), Expression.Constant(bound.AsText, typeof(string))), Expression.Constant(0))
            : sign(Property(field, type), Expression.Constant(Plain(bound), type));
    }

    private static BinaryExpression Has(string field, VectorStoreIndexOptions options)
    {
        var type = VectorStoreIndexOptions.Type(Kind(field, options));
        return Expression.NotEqual(Property(field, type), Expression.Constant(null, type));
    }

    private static Expression AnyOf(string field, Type type, IReadOnlyList<object> values) => values
        .Select(v => (Expression)Expression.Equal(Property(field, type), Expression.Constant(v, type)))
        .DefaultIfEmpty(Expression.Constant(false))
        .Aggregate(Expression.OrElse);

    private static Expression Join(
        IReadOnlyList<ItemFilter> filters, Func<Expression, Expression, BinaryExpression> join, bool empty, VectorStoreIndexOptions options) => filters
        .Select(f => Body(f, options))
        .DefaultIfEmpty(Expression.Constant(empty))
        .Aggregate(join);

    private static UnaryExpression Property(string field, Type type) =>
        Expression.Convert(Expression.Call(_record, _item, Expression.Constant(field)), type);

    private static MetadataKind Kind(string field, VectorStoreIndexOptions options) => options.Fields.TryGetValue(field, out var kind)
        ? kind
        : throw new ArgumentException($"Expected a filter over the fields {string.Join(", ", options.Fields.Keys)}, found '{field}'; name it in the options to filter by it.");

    private static object Plain(MetadataValue value) => value.Kind switch
    {
        MetadataKind.Text => value.AsText!,
        MetadataKind.Number => value.AsNumber!.Value,
        _ => value.AsFlag!.Value,
    };
}
