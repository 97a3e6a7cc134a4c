using Onnx;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>
/// Finds hard-sigmoid spelled out as <c>Clip(x + 3, 0, 6) / 6</c> or <c>Clip(a * x + b, 0, 1)</c>, alone or inside h-swish
/// (<c>x * Clip(x + 3, 0, 6) / 6</c> in any order), and writes the operator <c>HardSigmoid</c> in its place.
/// </summary>
internal static class HardActivationPass
{
    public static int Run(GraphProto graph)
    {
        var changes = 0;
        var index = new GraphIndex(graph);
        foreach (var clip in graph.Node.Where(n => n.OpType == "Clip" && n.Domain.Length == 0).ToList())
        {
            var bounds = Bounds(clip, index);
            if (bounds == (0, 6) ? ReplaceSixths(graph, index, clip) : bounds == (0, 1) && ReplaceUnit(graph, index, clip))
            {
                changes++;
                index = new GraphIndex(graph);
            }
        }

        return changes;
    }

    /// <summary>Clip(x + 3, 0, 6), then / 6 at once or after the multiplication with x.</summary>
    private static bool ReplaceSixths(GraphProto graph, GraphIndex index, NodeProto clip)
    {
        if (index.OnlyMaker(clip.Input[0], "Add") is not { } add || !index.Split(add, out var x, out var three) || three != 3
            || index.OnlyReader(clip.Output[0]) is not { } next)
        {
            return false;
        }

        if (DividesBySix(next, clip.Output[0], index))
        {
            Replace(graph, [add, clip, next], HardSigmoid(x, next.Output[0], 1f / 6, 0.5f));
            return true;
        }

        if (next.OpType != "Mul" || !next.Input.Contains(x) || x == clip.Output[0]
            || index.OnlyReader(next.Output[0]) is not { } last || !DividesBySix(last, next.Output[0], index))
        {
            return false;
        }

        var gate = $"{last.Output[0]}/gate";
        var product = new NodeProto { OpType = "Mul", Name = $"{last.Name}/product", Input = { x, gate }, Output = { last.Output[0] } };
        Replace(graph, [add, clip, next, last], HardSigmoid(x, gate, 1f / 6, 0.5f), product);
        return true;
    }

    /// <summary>Clip(a * x + b, 0, 1).</summary>
    private static bool ReplaceUnit(GraphProto graph, GraphIndex index, NodeProto clip)
    {
        if (index.OnlyMaker(clip.Input[0], "Add") is not { } add || !index.Split(add, out var scaled, out var beta)
            || index.OnlyMaker(scaled, "Mul") is not { } mul || !index.Split(mul, out var x, out var alpha))
        {
            return false;
        }

        Replace(graph, [mul, add, clip], HardSigmoid(x, clip.Output[0], alpha, beta));
        return true;
    }

    private static bool DividesBySix(NodeProto node, string input, GraphIndex index) => node.OpType switch
    {
        "Div" => node.Input[0] == input && index.Scalar(node.Input[1]) == 6,
        "Mul" => index.Split(node, out var x, out var factor) && x == input && Math.Abs(factor - (1f / 6)) < 1e-6f,
        _ => false,
    };

    private static (float Low, float High)? Bounds(NodeProto clip, GraphIndex index)
    {
        // Before opset 11 the bounds were attributes.
        var low = clip.Input.Count > 1 ? index.Scalar(clip.Input[1]) : clip.Attribute.FirstOrDefault(a => a.Name == "min")?.F;
        var high = clip.Input.Count > 2 ? index.Scalar(clip.Input[2]) : clip.Attribute.FirstOrDefault(a => a.Name == "max")?.F;
        return low is null || high is null ? null : (low.Value, high.Value);
    }

    private static NodeProto HardSigmoid(string input, string output, float alpha, float beta) => new()
    {
        OpType = "HardSigmoid",
        Name = $"{output}/hard_sigmoid",
        Input = { input },
        Output = { output },
        Attribute = { GraphAttribute.Of("alpha", alpha), GraphAttribute.Of("beta", beta) },
    };

    /// <summary>
    /// Puts nodes where the last of the old ones stood: what they read was written before, what reads them comes after.
    /// </summary>
    private static void Replace(GraphProto graph, NodeProto[] old, params NodeProto[] nodes)
    {
        var at = graph.Node.IndexOf(old[^1]);
        for (var i = 0; i < nodes.Length; i++)
        {
            graph.Node.Insert(at + 1 + i, nodes[i]);
        }

        foreach (var node in old)
        {
            graph.Node.Remove(node);
        }
    }
}
