using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Onnx;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>
/// Writes an ONNX graph operator by operator: inputs, then operators that each return the tensor they write, then named
/// outputs. Shapes are inferred on the way, so that mistakes fail here and layers can be counted. One builder may hold one
/// backbone and any number of heads.
/// </summary>
/// <remarks>
/// Only what the outputs need is written. Operators lie in the partial files beside this one; blocks of several layers in
/// <see cref="Blocks"/>. Not safe to share between threads.
/// </remarks>
public sealed partial class GraphBuilder
{
    /// <summary>
    /// Operator set of the graphs: the newest in which pooling and reductions still take their axes as attributes, well
    /// inside what ONNX Runtime 1.31 and other runtimes run.
    /// </summary>
    public const int OpsetVersion = 17;

    private const int IrVersion = 8;

    private readonly string _name;
    private readonly List<ValueInfoProto> _inputs = [];
    private readonly List<NodeProto> _nodes = [];
    private readonly List<(GraphTensor Tensor, string Name)> _outputs = [];
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<LayerInfo> _layers = [];

    /// <summary>An empty graph.</summary>
    /// <param name="name">Name of the graph.</param>
    public GraphBuilder(string name) => _name = name;

    /// <summary>Layers with weights, in the order in which they were added.</summary>
    public IReadOnlyList<LayerInfo> Layers => _layers;

    /// <summary>
    /// Multiply-adds of all convolutions and fully connected layers for one input; null where a size is dynamic.
    /// </summary>
    public long? Macs => _layers.Aggregate((long?)0, (sum, layer) => sum + layer.Macs);

    /// <summary>Adds an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Dimensions, for images [N, C, H, W]; <see cref="GraphTensor.Dynamic"/> where they may change.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public GraphTensor Input(string name, params ReadOnlySpan<int> shape)
    {
        if (!_names.Add(name))
        {
            throw new ArgumentException($"The graph already has a tensor '{name}'.", nameof(name));
        }

        var tensor = new GraphTensor(name, shape.ToArray());
        _inputs.Add(ValueInfo(tensor, name));
        return tensor;
    }

    /// <summary>Names a tensor as an output of the graph. Outputs keep the order of these calls.</summary>
    /// <exception cref="ArgumentException">The name is taken by another output, an input, or a weight.</exception>
    public void Output(GraphTensor tensor, string name)
    {
        if (!_names.Add(name))
        {
            throw new ArgumentException($"The graph already has a tensor '{name}'.", nameof(name));
        }

        _outputs.Add((tensor, name));
    }

    /// <summary>A constant of floats.</summary>
    public GraphTensor Constant(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var unique = Unique(name);
        _initializers.Add(unique, RawTensor(unique, shape, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values)));
        return new GraphTensor(unique, [.. shape]);
    }

    /// <summary>A constant scalar.</summary>
    public GraphTensor Constant(float value) =>
        Shared($"const_{BitConverter.SingleToUInt32Bits(value):x8}", [], TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes([value]));

    /// <summary>A constant vector of 64-bit integers, as shapes, axes and sizes are given.</summary>
    public GraphTensor Constant(params ReadOnlySpan<long> values) =>
        Shared($"const_i_{string.Join('_', values.ToArray())}", [values.Length], TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values));

    /// <summary>A weight as a constant, under its full name.</summary>
    public GraphTensor Constant(WeightScope weights, string name, params ReadOnlySpan<int> shape) =>
        Constant(FullName(weights, name), shape.ToArray(), weights.Take(name, shape).Values);

    /// <summary>
    /// Adds any operator with one output. The way to reach operators that have no method here; the caller states the output's
    /// shape.
    /// </summary>
    /// <param name="op">ONNX operator, for example <c>Softmax</c>.</param>
    /// <param name="inputs">Its inputs; null leaves an optional one out.</param>
    /// <param name="shape">Shape of the output.</param>
    /// <param name="attributes">Its attributes; see <see cref="GraphAttribute"/>.</param>
    public GraphTensor Node(
        string op,
        IReadOnlyList<GraphTensor?> inputs,
        IReadOnlyList<int> shape,
        params ReadOnlySpan<AttributeProto> attributes) => Nodes(op, inputs, [shape], attributes)[0];

    /// <summary>Adds any operator with several outputs, such as <c>Split</c> or <c>TopK</c>.</summary>
    public IReadOnlyList<GraphTensor> Nodes(
        string op,
        IReadOnlyList<GraphTensor?> inputs,
        IReadOnlyList<IReadOnlyList<int>> shapes,
        params ReadOnlySpan<AttributeProto> attributes)
    {
        var name = $"{op}_{_nodes.Count}";
        var node = new NodeProto { Name = name, OpType = op };
        node.Input.AddRange(inputs.Select(i => i?.Name ?? ""));
        node.Attribute.AddRange(attributes.ToArray());
        GraphTensor[] outputs = [.. shapes.Select((s, i) => new GraphTensor(shapes.Count == 1 ? $"{name}:out" : $"{name}:out{i}", s))];
        node.Output.AddRange(outputs.Select(o => o.Name));
        _nodes.Add(node);
        return outputs;
    }

    /// <summary>The finished model as ONNX messages.</summary>
    /// <exception cref="InvalidOperationException">The graph has no output.</exception>
    public ModelProto ToModel()
    {
        if (_outputs.Count == 0)
        {
            throw new InvalidOperationException($"The graph '{_name}' has no output.");
        }

        var graph = new GraphProto { Name = _name };
        graph.Input.AddRange(_inputs);
        graph.Output.AddRange(_outputs.Select(o => ValueInfo(o.Tensor, o.Name)));
        graph.Node.AddRange(NeededNodes());
        NameOutputs(graph);
        var read = graph.Node.SelectMany(n => n.Input).ToHashSet(StringComparer.Ordinal);
        graph.Initializer.AddRange(_initializers.Values.Where(i => read.Contains(i.Name)));
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "PPLCNet.Vision",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = OpsetVersion } },
        };
        return model;
    }

    /// <summary>The finished model as the bytes of an ONNX file.</summary>
    public byte[] ToBytes() => ToModel().ToByteArray();

    private List<NodeProto> NeededNodes()
    {
        var needed = _outputs.Select(o => o.Tensor.Name).ToHashSet(StringComparer.Ordinal);
        var nodes = new List<NodeProto>();
        for (var i = _nodes.Count - 1; i >= 0; i--)
        {
            if (_nodes[i].Output.Any(needed.Contains))
            {
                nodes.Add(_nodes[i].Clone());
                needed.UnionWith(_nodes[i].Input);
            }
        }

        nodes.Reverse();
        return nodes;
    }

    /// <summary>
    /// Gives the tensors behind the outputs their public names; one that has two, or is not an operator's, passes through
    /// Identity.
    /// </summary>
    private void NameOutputs(GraphProto graph)
    {
        var made = graph.Node.SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (tensor, name) in _outputs)
        {
            if (!made.Contains(tensor.Name) || !renamed.TryAdd(tensor.Name, name))
            {
                graph.Node.Add(new NodeProto { OpType = "Identity", Name = $"output_{name}", Input = { tensor.Name }, Output = { name } });
            }
        }

        foreach (var node in graph.Node)
        {
            Rename(node.Input, renamed);
            Rename(node.Output, renamed);
        }
    }

    private static void Rename(RepeatedField<string> names, Dictionary<string, string> renamed)
    {
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = renamed.GetValueOrDefault(names[i], names[i]);
        }
    }

    private GraphTensor Shared(string name, int[] shape, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes)
    {
        if (_initializers.TryAdd(name, RawTensor(name, shape, type, bytes)))
        {
            _names.Add(name);
        }

        return new GraphTensor(name, shape);
    }

    private void AddLayer(string name, string kind, GraphTensor output, long parameters, long? macs) =>
        _layers.Add(new LayerInfo(name, kind, output.Shape, parameters, macs));

    private string Unique(string name)
    {
        var unique = name;
        for (var i = 1; !_names.Add(unique); i++)
        {
            unique = $"{name}_{i}";
        }

        return unique;
    }

    private static string FullName(WeightScope weights, string name) =>
        weights.Prefix.Length == 0 ? name : $"{weights.Prefix}.{name}";

    private static TensorProto RawTensor(string name, IEnumerable<int> shape, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape.Select(d => (long)d));
        return tensor;
    }

    private static ValueInfoProto ValueInfo(GraphTensor tensor, string name)
    {
        var shape = new TensorShapeProto();
        for (var i = 0; i < tensor.Rank; i++)
        {
            shape.Dim.Add(tensor.Shape[i] >= 0
                ? new TensorShapeProto.Types.Dimension { DimValue = tensor.Shape[i] }
                : new TensorShapeProto.Types.Dimension { DimParam = i == 0 ? "N" : $"{name}_{i}" });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }
}
