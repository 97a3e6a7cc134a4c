using Onnx;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>
/// Folds products and sums with one constant, which learnable affine blocks leave around every convolution (PP-OCRv4's
/// PP-LCNetV3), into the convolutions. After a convolution both fold exactly. Before one, the product folds exactly, too; the
/// sum only where nothing is padded, because padding adds zeros and not the constant. Before a padded convolution one sum
/// remains of the pair: <c>conv(s * x + t) = (s * conv)(x + t / s)</c>, with the padding still zero on both sides.
/// </summary>
internal static class AffinePass
{
    public static int Run(GraphProto graph)
    {
        var (changes, index) = (0, new GraphIndex(graph));
        foreach (var conv in graph.Node.Where(n => n.OpType == "Conv" && n.Domain.Length == 0 && n.Input.Count >= 2).ToList())
        {
            while (FoldAfter(graph, index, conv) || FoldBefore(graph, index, conv))
            {
                changes++;
                index = new GraphIndex(graph);
            }
        }

        return changes;
    }

    /// <summary>Conv, then a product or a sum: into kernel and bias.</summary>
    private static bool FoldAfter(GraphProto graph, GraphIndex index, NodeProto conv)
    {
        if (index.OnlyReader(conv.Output[0]) is not { OpType: "Mul" or "Add", Domain.Length: 0 } next
            || !index.Split(next, out var tensor, out var constant) || tensor != conv.Output[0]
            || ConvWeights.Read(index, conv) is not { } weights)
        {
            return false;
        }

        var name = next.Output[0];
        graph.Node.Remove(next);
        conv.Output[0] = name;
        (next.OpType == "Mul" ? weights.Scale(constant) : weights.Shift(constant)).Write(graph, conv, name);
        return true;
    }

    /// <summary>A product or a sum, then Conv: into kernel and bias as far as the padding allows.</summary>
    private static bool FoldBefore(GraphProto graph, GraphIndex index, NodeProto conv)
    {
        if (index.OnlyMaker(conv.Input[0], "Add") is { } add && index.Split(add, out var sum, out var offset)
            && ConvWeights.Read(index, conv) is { } weights)
        {
            if (!IsPadded(conv))
            {
                graph.Node.Remove(add);
                conv.Input[0] = sum;
                weights.ShiftInput(offset).Write(graph, conv, conv.Output[0]);
                return true;
            }

            // The product before the sum: s * x + t becomes x + t / s.
            if (index.OnlyMaker(sum, "Mul") is not { } inner || !index.Split(inner, out var x, out var scale)
                || !float.IsNormal(scale) || !float.IsFinite(offset / scale))
            {
                return false;
            }

            graph.Node.Remove(inner);
            add.Input[0] = x;
            add.Input[1] = ConvWeights.Add(graph, $"{add.Output[0]}/offset", [1], [offset / scale]);
            weights.Scale(scale, bias: false).Write(graph, conv, conv.Output[0]);
            return true;
        }

        if (index.OnlyMaker(conv.Input[0], "Mul") is not { } mul || !index.Split(mul, out var product, out var factor)
            || ConvWeights.Read(index, conv) is not { } kernel)
        {
            return false;
        }

        graph.Node.Remove(mul);
        conv.Input[0] = product;
        kernel.Scale(factor, bias: false).Write(graph, conv, conv.Output[0]);
        return true;
    }

    private static bool IsPadded(NodeProto conv) =>
        conv.Attribute.Any(a => (a.Name == "pads" && a.Ints.Any(p => p != 0))
            || (a.Name == "auto_pad" && a.S.ToStringUtf8() is not ("NOTSET" or "VALID")));
}
