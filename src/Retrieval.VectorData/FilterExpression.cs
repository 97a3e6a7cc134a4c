using System.Linq.Expressions;
using System.Reflection;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>
/// A filter as the expression that vector stores translate, in the few forms that the common connectors have:
/// <c>(T)record["field"]</c> compared with
/// constants, joined by and, or, not. Texts and flags by equality, numbers by bounds (a number itself lies between itself and
/// itself), any field by
/// not being null. A comparison stands only beside the condition that the field is there, so that a store's unknown (null) never
/// meets a not.
/// </summary>
internal static class FilterExpression
{
    private static readonly ParameterExpression _record = Expression.Parameter(typeof(Dictionary<string, object?>), "r");
    private static readonly MethodInfo _item = typeof(Dictionary<string, object?>).GetMethod("get_Item")!;

    /// <summary>Whether stores run the filter: texts between bounds, and ids, which many stores keep apart from what they filter,
    /// are not among it.</summary>
    /// <exception cref="ArgumentException">A field that is not among the options', or a filter of the caller's own
    /// code.</exception>
    public static bool IsTranslated(ItemFilter filter, VectorStoreIndexOptions options) => filter switch
    {
        LabelFilter => true,
        IdFilter or LabelRangeFilter or IdRangeFilter => false,
        AnyOfFilter f => IsNamed(f.Field, options),
        HasFilter f => IsNamed(f.Field, options),
        RangeFilter f => IsNamed(f.Field, options) && (f.From ?? f.To)!.Value.Kind == MetadataKind.Number,
        AllFilter f => AllOf(f.Filters, options),
        AnyFilter f => AllOf(f.Filters, options),
        NotFilter f => IsTranslated(f.Filter, options),
        _ => throw new ArgumentException("A filter of your own code runs in memory only; a vector store cannot run it.", nameof(filter)),
    };

    /// <summary>The expression of filters that are all translated; null where they let everything through.</summary>
    public static Expression<Func<Dictionary<string, object?>, bool>>? Of(IReadOnlyList<ItemFilter> filters, VectorStoreIndexOptions options)
    {
        var body = Join(filters, Expression.AndAlso, true, options);
        return body is ConstantExpression { Value: true } ? null : Expression.Lambda<Func<Dictionary<string, object?>, bool>>(body, _record);
    }

    private static Expression Body(ItemFilter filter, VectorStoreIndexOptions options) => filter switch
    {
        LabelFilter f => AnyOf(VectorStoreIndexOptions.Label, typeof(string), f.Labels),
        AnyOfFilter f => AnyOfValues(f, options),
        RangeFilter f => Range(f, options),
        HasFilter f => Has(f.Field, options),
        AllFilter f => Join(f.Filters, Expression.AndAlso, true, options),
        AnyFilter f => Join(f.Filters, Expression.OrElse, false, options),
        NotFilter f => Not(Body(f.Filter, options)),
        _ => throw new InvalidOperationException($"{filter.GetType().Name} is not translated."),
    };

    private static Expression AnyOfValues(AnyOfFilter filter, VectorStoreIndexOptions options)
    {
        var kind = options.Fields[filter.Field];
        MetadataValue[] values = [.. filter.Values.Where(v => v.Kind == kind)];
        if (values.Length == 0)
        {
            return Expression.Constant(false);
        }

        var any = kind == MetadataKind.Number
            ? values.Select(v => Between(filter.Field, v, v)).Aggregate(Expression.OrElse)
            : AnyOf(filter.Field, VectorStoreIndexOptions.Type(kind), [.. values.Select(Plain)]);
        return Expression.AndAlso(Has(filter.Field, options), any);
    }

    private static Expression Range(RangeFilter filter, VectorStoreIndexOptions options) => options.Fields[filter.Field] == MetadataKind.Number
        ? Expression.AndAlso(Has(filter.Field, options), Between(filter.Field, filter.From, filter.To))
        : Expression.Constant(false);

    private static Expression Between(string field, MetadataValue? from, MetadataValue? to)
    {
        var type = VectorStoreIndexOptions.Type(MetadataKind.Number);
        Expression Bound(Func<Expression, Expression, Expression> sign, MetadataValue bound) =>
            sign(Property(field, type), Expression.Constant(bound.AsNumber, type));
        var above = from is { } low ? Bound(Expression.GreaterThanOrEqual, low) : null;
        var below = to is { } high ? Bound(Expression.LessThanOrEqual, high) : null;
        return above is null ? below! : below is null ? above : Expression.AndAlso(above, below);
    }

    private static BinaryExpression Has(string field, VectorStoreIndexOptions options)
    {
        var type = VectorStoreIndexOptions.Type(options.Fields[field]);
        return Expression.NotEqual(Property(field, type), Expression.Constant(null, type));
    }

    private static Expression AnyOf(string field, Type type, IReadOnlyList<object> values) => values
        .Select(v => (Expression)Expression.Equal(Property(field, type), Expression.Constant(v, type)))
        .DefaultIfEmpty(Expression.Constant(false))
        .Aggregate(Expression.OrElse);

    private static Expression Not(Expression inner) =>
        inner is ConstantExpression { Value: bool value } ? Expression.Constant(!value) : Expression.Not(inner);

    /// <summary>Joins, leaving out constants: no store translates those.</summary>
    private static Expression Join(
        IReadOnlyList<ItemFilter> filters, Func<Expression, Expression, BinaryExpression> join, bool neutral, VectorStoreIndexOptions options)
    {
        Expression[] parts = [.. filters.Select(f => Body(f, options)).Where(b => b is not ConstantExpression { Value: bool value } || value != neutral)];
        return parts.Any(p => p is ConstantExpression) ? Expression.Constant(!neutral)
            : parts.Length == 0 ? Expression.Constant(neutral)
            : parts.Aggregate(join);
    }

    private static UnaryExpression Property(string field, Type type) =>
        Expression.Convert(Expression.Call(_record, _item, Expression.Constant(field)), type);

    private static bool AllOf(IReadOnlyList<ItemFilter> filters, VectorStoreIndexOptions options)
    {
        // Each is looked at, so that a field without a name is refused wherever it stands.
        var isTranslated = true;
        foreach (var filter in filters)
        {
            isTranslated &= IsTranslated(filter, options);
        }

        return isTranslated;
    }

    private static bool IsNamed(string field, VectorStoreIndexOptions options) => options.Fields.ContainsKey(field)
        ? true
        : throw new ArgumentException($"Expected a filter over the fields {string.Join(", ", options.Fields.Keys)}, found '{field}'; name it in the options to filter by it.");

    private static object Plain(MetadataValue value) => value.Kind switch
    {
        MetadataKind.Text => value.AsText!,
        MetadataKind.Number => value.AsNumber!.Value,
        _ => value.AsFlag!.Value,
    };
}
