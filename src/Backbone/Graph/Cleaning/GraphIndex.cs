using Onnx;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>
/// Who writes and who reads each tensor of a graph, and which tensors are constants. A snapshot: make a new one after a
/// change.
/// </summary>
internal sealed class GraphIndex
{
    private readonly Dictionary<string, NodeProto> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> _readers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);

    // Read by the world outside or by a branch or loop body inside: such a tensor must stay.
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);

    public GraphIndex(GraphProto graph)
    {
        foreach (var initializer in graph.Initializer)
        {
            _constants[initializer.Name] = initializer;
        }

        foreach (var node in graph.Node)
        {
            AddNode(node);
        }

        _kept.UnionWith(graph.Output.Select(o => o.Name));

        // An input that only has a default can be fed another value.
        foreach (var input in graph.Input)
        {
            _constants.Remove(input.Name);
        }
    }

    /// <summary>The node that writes a tensor, if it is of this kind and one node alone reads the tensor.</summary>
    public NodeProto? OnlyMaker(string tensor, string op) =>
        _makers.TryGetValue(tensor, out var maker) && maker.OpType == op && maker.Domain.Length == 0 && maker.Output.Count == 1 && IsReadOnce(tensor)
            ? maker
            : null;

    /// <summary>The one node that reads a tensor; null where there are several, or the world outside reads it too.</summary>
    public NodeProto? OnlyReader(string tensor) => IsReadOnce(tensor) ? _readers[tensor][0] : null;

    /// <summary>A constant of floats.</summary>
    public float[]? Floats(string tensor, out IReadOnlyList<long> shape)
    {
        shape = [];
        if (!_constants.TryGetValue(tensor, out var constant) || (TensorProto.Types.DataType)constant.DataType != TensorProto.Types.DataType.Float)
        {
            return null;
        }

        shape = constant.Dims;
        return constant.DataLocation == TensorProto.Types.DataLocation.External ? null : OnnxWeights.ToFloats(constant, "graph");
    }

    /// <summary>A constant of one float that broadcasts over anything: a scalar, or [1].</summary>
    public float? Scalar(string tensor) =>
        Floats(tensor, out var shape) is [var value] && shape.Count <= 1 ? value : null;

    /// <summary>Takes a sum or product of a tensor and one constant apart.</summary>
    public bool Split(NodeProto node, out string tensor, out float constant)
    {
        var (first, second) = (Scalar(node.Input[0]), Scalar(node.Input[1]));
        tensor = first is null ? node.Input[0] : node.Input[1];
        constant = first ?? second ?? 0;
        return first is null != second is null;
    }

    private bool IsReadOnce(string tensor) =>
        !_kept.Contains(tensor) && _readers.TryGetValue(tensor, out var readers) && readers.Count == 1;

    private void AddNode(NodeProto node)
    {
        foreach (var output in node.Output)
        {
            _makers[output] = node;
        }

        foreach (var input in node.Input)
        {
            if (!_readers.TryGetValue(input, out var readers))
            {
                _readers[input] = readers = [];
            }

            readers.Add(node);
        }

        if (node.OpType == "Constant" && node.Attribute is [{ Name: "value", T: { } value }])
        {
            _constants[node.Output[0]] = value;
        }

        foreach (var body in node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Append(a.G)))
        {
            KeepReadBy(body);
        }
    }

    private void KeepReadBy(GraphProto body)
    {
        _kept.UnionWith(body.Output.Select(o => o.Name));
        foreach (var node in body.Node)
        {
            _kept.UnionWith(node.Input);
            foreach (var inner in node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Append(a.G)))
            {
                KeepReadBy(inner);
            }
        }
    }
}
