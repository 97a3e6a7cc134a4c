using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>
/// Folds a batch norm into the convolution before it, where only the batch norm reads the convolution and all weights are
/// constants.
/// </summary>
internal static class BatchNormPass
{
    public static int Run(GraphProto graph)
    {
        var index = new GraphIndex(graph);
        var folded = new List<NodeProto>();
        foreach (var norm in graph.Node.Where(n => n.OpType == "BatchNormalization" && n.Domain.Length == 0 && n.Output.Count == 1))
        {
            if (index.OnlyMaker(norm.Input[0], "Conv") is { } conv && Fold(graph, index, conv, norm))
            {
                folded.Add(norm);
            }
        }

        foreach (var norm in folded)
        {
            graph.Node.Remove(norm);
        }

        return folded.Count;
    }

    private static bool Fold(GraphProto graph, GraphIndex index, NodeProto conv, NodeProto norm)
    {
        var kernel = index.Floats(conv.Input[1], out var shape);
        var bias = conv.Input.Count > 2 && conv.Input[2].Length > 0 ? index.Floats(conv.Input[2], out _) : [];
        float[]?[] parts = [.. norm.Input.Skip(1).Select(i => index.Floats(i, out _))];
        if (kernel is null || bias is null || parts.Length != 4 || IsTraining(norm)
            || parts.Any(p => p?.Length != shape[0]) || (bias.Length != 0 && bias.Length != shape[0]))
        {
            return false;
        }

        var epsilon = norm.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? 1e-5f;
        var folded = FoldedConv.Of([.. shape.Select(d => (int)d)], kernel, bias.Length == 0 ? null : bias)
            .Fold(BatchNorm.Of(parts[0], parts[1], parts[2], parts[3], epsilon));
        var name = norm.Output[0];
        conv.Output[0] = name;
        while (conv.Input.Count < 3)
        {
            conv.Input.Add("");
        }

        conv.Input[1] = Add(graph, $"{name}/folded.weight", shape, folded.Kernel);
        conv.Input[2] = Add(graph, $"{name}/folded.bias", [shape[0]], folded.Bias!);
        return true;
    }

    private static bool IsTraining(NodeProto norm) =>
        norm.Attribute.Any(a => (a.Name == "training_mode" && a.I != 0) || (a.Name == "spatial" && a.I == 0));

    private static string Add(GraphProto graph, string name, IEnumerable<long> shape, float[] values)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
        tensor.Dims.AddRange(shape);
        graph.Initializer.Add(tensor);
        return name;
    }
}
