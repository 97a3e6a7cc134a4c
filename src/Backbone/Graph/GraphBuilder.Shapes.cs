namespace PPLCNet.Vision.Backbone.Graph;

public sealed partial class GraphBuilder
{
    /// <summary>Joins tensors along one axis.</summary>
    public GraphTensor Concat(int axis, params IReadOnlyList<GraphTensor> parts)
    {
        int[] shape = [.. parts[0].Shape];
        var at = axis < 0 ? axis + shape.Length : axis;
        shape[at] = parts.Any(p => p.Shape[at] < 0) ? GraphTensor.Dynamic : parts.Sum(p => p.Shape[at]);
        return Node("Concat", [.. parts], shape, GraphAttribute.Of("axis", axis));
    }

    /// <summary>Cuts a tensor along one axis into parts of these sizes.</summary>
    public IReadOnlyList<GraphTensor> Split(GraphTensor x, int axis, params IReadOnlyList<int> sizes) => Nodes(
        "Split",
        [x, Constant([.. sizes.Select(s => (long)s)])],
        [.. sizes.Select(s => With(x, axis, s))],
        GraphAttribute.Of("axis", axis));

    /// <summary>The part <paramref name="start"/> .. <paramref name="end"/> (exclusive) of one axis.</summary>
    public GraphTensor Slice(GraphTensor x, int axis, int start, int end) =>
        Node("Slice", [x, Constant([start]), Constant([end]), Constant([axis])], With(x, axis, end - start));

    /// <summary>
    /// Another shape for the same values; 0 keeps the dimension at its place, -1 stands for whatever is left.
    /// </summary>
    public GraphTensor Reshape(GraphTensor x, params ReadOnlySpan<int> shape)
    {
        int[] known = [.. shape];
        for (var i = 0; i < known.Length; i++)
        {
            known[i] = known[i] == 0 ? x.Shape[i] : known[i];
        }

        var rest = Array.IndexOf([.. shape], -1);
        if (rest >= 0)
        {
            // With the batch unknown on both sides, the other dimensions still tell what is left.
            var kept = known.Length > 0 && shape[0] == 0 ? 1 : 0;
            var others = known.Where((_, i) => i != rest && i >= kept).ToArray();
            var all = x.Shape.Skip(kept).ToArray();
            known[rest] = others.Concat(all).Any(d => d < 0)
                ? GraphTensor.Dynamic
                : all.Aggregate(1, (product, d) => product * d) / Math.Max(1, others.Aggregate(1, (product, d) => product * d));
        }

        return Node("Reshape", [x, Constant([.. shape.ToArray().Select(d => (long)d)])], known);
    }

    /// <summary>Everything behind the first axis in one: [N, C, H, W] to [N, C * H * W].</summary>
    public GraphTensor Flatten(GraphTensor x) =>
        Node("Flatten", [x], [x.Shape[0], (int)(PerImage(x) ?? GraphTensor.Dynamic)], GraphAttribute.Of("axis", 1));

    /// <summary>Reorders the axes.</summary>
    public GraphTensor Transpose(GraphTensor x, params ReadOnlySpan<int> axes)
    {
        int[] order = [.. axes];
        return Node("Transpose", [x], [.. order.Select(a => x.Shape[a])], GraphAttribute.Of("perm", [.. order.Select(a => (long)a)]));
    }

    /// <summary>Drops axes of size one.</summary>
    public GraphTensor Squeeze(GraphTensor x, params ReadOnlySpan<int> axes)
    {
        int[] dropped = [.. axes.ToArray().Select(a => a < 0 ? a + x.Rank : a)];
        return Node("Squeeze", [x, Constant([.. dropped.Select(a => (long)a)])], [.. x.Shape.Where((_, i) => !dropped.Contains(i))]);
    }

    private static int[] With(GraphTensor x, int axis, int size)
    {
        int[] shape = [.. x.Shape];
        shape[axis < 0 ? axis + x.Rank : axis] = size;
        return shape;
    }
}
