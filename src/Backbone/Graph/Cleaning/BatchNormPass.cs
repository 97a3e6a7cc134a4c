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
        float[]?[] parts = [.. norm.Input.Skip(1).Select(i => index.Floats(i, out _))];
        if (ConvWeights.Read(index, conv) is not { } weights || parts.Length != 4 || IsTraining(norm)
            || parts.Any(p => p is null || p.Length != parts[0]!.Length))
        {
            return false;
        }

        var epsilon = norm.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? 1e-5f;
        if (weights.Fold(BatchNorm.Of(parts[0], parts[1], parts[2], parts[3], epsilon)) is not { } folded)
        {
            return false;
        }

        conv.Output[0] = norm.Output[0];
        folded.Write(graph, conv, norm.Output[0]);
        return true;
    }

    private static bool IsTraining(NodeProto norm) =>
        norm.Attribute.Any(a => (a.Name == "training_mode" && a.I != 0) || (a.Name == "spatial" && a.I == 0));
}
