using System.Linq.Expressions;

namespace PPLCNet.Vision.Tests.Retrieval.VectorData;

/// <summary>
/// A filter as the connectors of PostgreSQL and Qdrant run it: over null a comparison is neither true nor false, and not of that
/// is neither; shapes that
/// they do not translate (constants, calls, equality of numbers, anything about the key) are refused.
/// </summary>
internal static class ConnectorFilter
{
    public static Func<Dictionary<string, object?>, bool> Compile(Expression<Func<Dictionary<string, object?>, bool>> filter)
    {
        if (filter.Body is ConstantExpression { Value: true })
        {
            return _ => true;
        }

        var run = Node(filter.Body);
        return record => run(record) == true;
    }

    private static Func<Dictionary<string, object?>, bool?> Node(Expression node)
    {
        switch (node)
        {
            case UnaryExpression { NodeType: ExpressionType.Not } not:
                var inner = Node(not.Operand);
                return r => !inner(r);
            case BinaryExpression { NodeType: ExpressionType.AndAlso } and:
                var (a, b) = (Node(and.Left), Node(and.Right));
                return r => a(r) & b(r);
            case BinaryExpression { NodeType: ExpressionType.OrElse } or:
                var (c, d) = (Node(or.Left), Node(or.Right));
                return r => c(r) | d(r);
            case BinaryExpression binary when Field(binary.Left) is { } field && binary.Right is ConstantExpression { Value: var value }:
                return Comparison(binary.NodeType, field, value);
            default:
                throw new NotSupportedException($"This store does not support {node.NodeType} in filters.");
        }
    }

    private static Func<Dictionary<string, object?>, bool?> Comparison(ExpressionType type, string field, object? value) => (type, value) switch
    {
        (ExpressionType.NotEqual, null) => r => r[field] is not null,
        (ExpressionType.Equal, string or bool) => r => r[field] is { } found ? found.Equals(value) : null,
        (ExpressionType.GreaterThanOrEqual, double low) => r => r[field] is double found ? found >= low : null,
        (ExpressionType.LessThanOrEqual, double high) => r => r[field] is double found ? found <= high : null,
        _ => throw new NotSupportedException($"This store does not support {type} of {value?.GetType().Name ?? "null"}."),
    };

    private static string? Field(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert } convert)
        {
            expression = convert.Operand;
        }

        return expression is MethodCallExpression { Method.Name: "get_Item", Arguments: [ConstantExpression { Value: string name }] } && name != "Id" ? name : null;
    }
}
