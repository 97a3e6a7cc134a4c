using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// Takes the weights out of an ONNX file: initializers and Constant nodes of floats. A tensor that is stored in half
/// precision and cast in the graph comes back under the name that the cast gives it; a bias that an exporter adds after a
/// convolution <c>X.w_0</c> comes back as <c>X.b_0</c>.
/// </summary>
internal static class OnnxWeights
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">The file is not an ONNX model, or keeps its tensors outside.</exception>
    public static WeightSet Read(string path) => Read(ForeignData.ReadModel(path, "an ONNX file", () => InputFile.ReadAllBytes(path)), path);

    /// <summary>Reads a file that is already in memory.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="ModelFormatException">The bytes are not an ONNX model, or its tensors lie outside.</exception>
    public static WeightSet Read(byte[] file, string source) =>
        ForeignData.ReadModel(source, "an ONNX file whose nodes have inputs and outputs", () => ReadTensors(file, source));

    private static WeightSet ReadTensors(byte[] file, string source)
    {
        var graph = Parse(file, source).Graph ?? throw new ModelFormatException(source, "an ONNX graph", "none");
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var initializer in graph.Initializer)
        {
            Add(tensors, initializer.Name, initializer, source);
        }

        var convolutions = graph.Node.Where(n => n.OpType == "Conv" && n.Output.Count > 0 && n.Input.Count > 1)
            .GroupBy(n => n.Output[0]).ToDictionary(n => n.Key, n => n.First().Input[1]);
        foreach (var node in graph.Node.Where(n => n.Output.Count > 0))
        {
            if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value)
            {
                Add(tensors, node.Output[0], value, source);
            }
            else if (node.OpType == "Cast" && node.Input.Count > 0 && tensors.Remove(node.Input[0], out var stored))
            {
                tensors[node.Output[0]] = stored;
            }
            else if (node.OpType == "Add" && node.Input.Count > 1 && convolutions.TryGetValue(node.Input[0], out var kernel)
                && tensors.GetValueOrDefault(node.Input[1]) is { Shape: [1, var channels, 1, 1] } bias)
            {
                tensors.Remove(node.Input[1]);
                tensors[kernel.Replace(".w_0", ".b_0", StringComparison.Ordinal)] = new WeightTensor([channels], bias.Values);
            }
        }

        return new WeightSet(source, tensors);
    }

    private static ModelProto Parse(byte[] file, string source)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelFormatException(source, "an ONNX file", e.Message, e);
        }
    }

    private static void Add(Dictionary<string, WeightTensor> tensors, string name, TensorProto tensor, string source)
    {
        if (ToFloats(tensor, source) is { } values)
        {
            tensors[name] = new WeightTensor([.. tensor.Dims.Select(d => checked((int)d))], values);
        }
    }

    /// <summary>The values of a tensor of floats; null for other types, such as the integers of shapes.</summary>
    internal static float[]? ToFloats(TensorProto tensor, string source)
    {
        ElementType? type = (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => ElementType.Float32,
            TensorProto.Types.DataType.Float16 => ElementType.Float16,
            TensorProto.Types.DataType.Bfloat16 => ElementType.BFloat16,
            TensorProto.Types.DataType.Double => ElementType.Float64,
            _ => null,
        };
        if (type is null)
        {
            return null;
        }

        var elements = tensor.Dims.Aggregate(1L, (product, d) => checked(product * d));
        var values = tensor.FloatData.Count > 0
            ? [.. tensor.FloatData]
            : tensor.DoubleData.Count > 0 ? [.. tensor.DoubleData.Select(v => (float)v)]
            : tensor.Int32Data.Count > 0 ? type.Value.ToFloats(MemoryMarshal.AsBytes<ushort>(tensor.Int32Data.Select(v => (ushort)v).ToArray()))
            : type.Value.ToFloats(tensor.RawData.Span);
        return values.Length == elements
            ? values
            : throw new ModelFormatException(source, $"{elements} values in '{tensor.Name}'", $"{values.Length}");
    }
}
