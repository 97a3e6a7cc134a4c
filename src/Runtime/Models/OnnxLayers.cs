using Google.Protobuf;
using Onnx;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>
/// The layers of a finished ONNX file. Sizes come from one run on zeros, so any graph that runs can be counted.
/// </summary>
internal static class OnnxLayers
{
    private static readonly HashSet<string> _counted = ["Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization"];

    /// <summary>Lists convolutions, products of matrices and batch norms.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="size">Height and width where the graph leaves them open.</param>
    /// <exception cref="ModelFormatException">The file is not an ONNX model that runs on zeros.</exception>
    public static IReadOnlyList<LayerInfo> Read(byte[] file, string name, Hw size) =>
        ForeignData.ReadModel<IReadOnlyList<LayerInfo>>(name, "an ONNX model that runs on zeros", () => ReadLayers(file, name, size));

    private static List<LayerInfo> ReadLayers(byte[] file, string name, Hw size)
    {
        var weights = OnnxWeights.Read(file, name);
        var model = ModelProto.Parser.ParseFrom(file);
        var nodes = model.Graph.Node.Where(n => _counted.Contains(n.OpType) && n.Domain.Length == 0).ToList();
        var shapes = Measure(model, nodes, name, size);
        return [.. nodes.Select(node => Describe(node, weights, shapes))];
    }

    private static LayerInfo Describe(NodeProto node, WeightSet weights, Dictionary<string, int[]> shapes)
    {
        var output = shapes[node.Output[0]];
        var read = node.Input.Skip(1).Select(i => weights.Tensors.GetValueOrDefault(i)).ToList();
        var named = node.Input.Skip(1).FirstOrDefault(weights.Tensors.ContainsKey) ?? node.Output[0];
        var parameters = node.OpType == "BatchNormalization" ? 2L * output[1] : read.Sum(t => t?.Values.Length ?? 0);
        return new LayerInfo(named, Kind(node, read.FirstOrDefault()?.Shape), output, parameters, Macs(node, read.FirstOrDefault()?.Shape, output, shapes));
    }

    private static long Macs(NodeProto node, IReadOnlyList<int>? kernel, int[] output, Dictionary<string, int[]> shapes)
    {
        var batch = Math.Max(1, output[0]);
        var elements = output.Aggregate(1L, (product, d) => product * d) / batch;
        switch (node.OpType)
        {
            case "Conv" when kernel is not null:
                return elements * kernel.Skip(1).Aggregate(1L, (product, d) => product * d);
            case "ConvTranspose" when kernel is not null && shapes.TryGetValue(node.Input[0], out var input):
                return input.Skip(1).Aggregate(1L, (product, d) => product * d) * kernel.Skip(1).Aggregate(1L, (product, d) => product * d);
            case "Gemm" or "MatMul" when shapes.TryGetValue(node.Input[0], out var left):
                var transposed = node.Attribute.Any(a => a.Name == "transA" && a.I != 0);
                return elements * (transposed ? left[0] : left[^1]);
            default:
                return 0;
        }
    }

    private static string Kind(NodeProto node, IReadOnlyList<int>? kernel)
    {
        var strides = node.Attribute.FirstOrDefault(a => a.Name == "strides")?.Ints;
        var stride = strides is [var h, var w] && (h, w) != (1, 1) ? $" /{new Hw((int)h, (int)w)}" : "";
        return node.OpType switch
        {
            "Conv" when kernel is [_, 1, _, _] && node.Attribute.Any(a => a.Name == "group" && a.I > 1) => $"dw conv {kernel[2]}x{kernel[3]}{stride}",
            "Conv" or "ConvTranspose" when kernel is [_, _, _, _] =>
                $"{(node.OpType == "Conv" ? "conv" : "deconv")} {kernel[2]}x{kernel[3]}{stride}",
            "BatchNormalization" => "norm",
            _ => node.OpType.ToLowerInvariant(),
        };
    }

    /// <summary>Runs the graph once with the layers' inputs and outputs as further outputs.</summary>
    private static Dictionary<string, int[]> Measure(ModelProto model, List<NodeProto> nodes, string name, Hw size)
    {
        var measured = model.Clone();
        var inputs = measured.Graph.Input.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var made = measured.Graph.Node.SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal);
        var outputs = measured.Graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var wanted = nodes.SelectMany(n => n.Output.Take(1).Append(n.Input[0])).Where(made.Contains).Distinct();
        measured.Graph.Output.AddRange(wanted.Where(n => !outputs.Contains(n)).Select(n => new ValueInfoProto { Name = n }));

        using var session = OnnxModel.Load(measured.ToByteArray(), name, new RuntimeOptions { Clean = false });
        var tensors = session.Inputs.Select(i => Zeros(i, size, name)).ToList();
        try
        {
            using var results = session.Run(tensors);
            var shapes = tensors.ToDictionary(t => t.Name!, t => t.Shape.Select(d => (int)d).ToArray());
            for (var i = 0; i < results.Count; i++)
            {
                shapes[results.Name(i)] = [.. results.Shape(i).Select(d => (int)d)];
            }

            return shapes;
        }
        finally
        {
            tensors.ForEach(t => t.Dispose());
        }
    }

    private static InputTensor Zeros(TensorInfo input, Hw size, string name)
    {
        if (input.ElementType != typeof(float))
        {
            throw new ModelFormatException(name, "inputs of floats", $"'{input.Name}' of {input.ElementType.Name}");
        }

        long[] shape = [.. input.Shape.Select((d, i) => d > 0 ? d : input.Shape.Count == 4 && i >= 2 ? (i == 2 ? size.H : size.W) : 1L)];
        var tensor = InputTensor.Rent(input.Name, shape);

        // A scale factor of zero would divide by zero; images may as well be black.
        tensor.Values.Fill(input.Shape.Count == 4 ? 0 : 1);
        return tensor;
    }
}
