using System.Runtime.InteropServices;
using Onnx;

namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>
/// Finds <c>x * clip(x + 3, 0, 6) / 6</c> and the gate <c>clip(x + 3, 0, 6) / 6</c>, each written operator by operator, and writes them
/// with HardSigmoid.
/// </summary>
internal static class HardSwishFusion
{
    private const float Tolerance = 1e-6f;

    /// <summary>Rewrites the graph in place.</summary>
    /// <returns>Whether anything was found.</returns>
    public static bool Apply(GraphProto graph)
    {
        var view = new View(graph);
        var gone = new HashSet<NodeProto>();
        var replaced = new Dictionary<NodeProto, NodeProto[]>();
        foreach (var last in graph.Node)
        {
            if (view.SixthOf(last) is not { } numerator || view.OnlyMaker(numerator) is not { } maker)
            {
                continue;
            }

            if (view.ClippedSum(maker) is var (x, add))
            {
                gone.UnionWith([add, maker]);
                replaced[last] = [HardSigmoid(x, last.Output[0], last.Name)];
            }
            else if (maker.OpType == "Mul" && view.Swish(maker) is var (input, sum, clip))
            {
                gone.UnionWith([sum, clip, maker]);
                var gate = last.Output[0] + "/gate";
                replaced[last] =
                [
                    HardSigmoid(input, gate, last.Name),
                    new NodeProto { OpType = "Mul", Name = last.Name + "/swish", Input = { input, gate }, Output = { last.Output[0] } },
                ];
            }
        }

        if (replaced.Count == 0)
        {
            return false;
        }

        List<NodeProto> nodes = [.. graph.Node.Where(n => !gone.Contains(n)).SelectMany(n => replaced.TryGetValue(n, out var by) ? by : [n])];
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        return true;
    }

    private static NodeProto HardSigmoid(string input, string output, string name) => new()
    {
        OpType = "HardSigmoid",
        Name = name + "/gate",
        Input = { input },
        Output = { output },
        Attribute = { GraphAttribute.Of("alpha", 1f / 6), GraphAttribute.Of("beta", 0.5f) },
    };

    /// <summary>Who makes and who reads what.</summary>
    private sealed class View
    {
        private readonly Dictionary<string, NodeProto> _makers = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
        private readonly Dictionary<string, float> _scalars = new(StringComparer.Ordinal);

        public View(GraphProto graph)
        {
            foreach (var node in graph.Node)
            {
                foreach (var output in node.Output)
                {
                    _makers[output] = node;
                }

                foreach (var input in node.Input)
                {
                    _readers[input] = _readers.GetValueOrDefault(input) + 1;
                }

                if (node.OpType == "Constant" && node.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value && Scalar(value) is { } number)
                {
                    _scalars[node.Output[0]] = number;
                }
            }

            foreach (var weight in graph.Initializer)
            {
                if (Scalar(weight) is { } number)
                {
                    _scalars[weight.Name] = number;
                }
            }

            foreach (var output in graph.Output)
            {
                _readers[output.Name] = _readers.GetValueOrDefault(output.Name) + 1;
            }
        }

        /// <summary>The node that makes a tensor which nothing else reads.</summary>
        public NodeProto? OnlyMaker(string tensor) =>
            _readers.GetValueOrDefault(tensor) == 1 && _makers.TryGetValue(tensor, out var node) ? node : null;

        /// <summary>What a node divides by 6.</summary>
        public string? SixthOf(NodeProto node) => node.OpType switch
        {
            "Div" when Is(node.Input[1], 6) => node.Input[0],
            "Mul" when Is(node.Input[1], 1f / 6) => node.Input[0],
            "Mul" when Is(node.Input[0], 1f / 6) => node.Input[1],
            _ => null,
        };

        /// <summary>x and the addition of a node that is clip(x + 3, 0, 6).</summary>
        public (string X, NodeProto Add)? ClippedSum(NodeProto clip)
        {
            if (clip.OpType != "Clip" || !Is(Bound(clip, 1, "min"), 0) || !Is(Bound(clip, 2, "max"), 6)
                || OnlyMaker(clip.Input[0]) is not { OpType: "Add" } add)
            {
                return null;
            }

            return Is(add.Input[1], 3) ? (add.Input[0], add) : Is(add.Input[0], 3) ? (add.Input[1], add) : null;
        }

        /// <summary>The parts of a node that is x * clip(x + 3, 0, 6).</summary>
        public (string X, NodeProto Add, NodeProto Clip)? Swish(NodeProto mul)
        {
            for (var i = 0; i < 2; i++)
            {
                if (OnlyMaker(mul.Input[i]) is { } clip && ClippedSum(clip) is var (x, add) && x == mul.Input[1 - i])
                {
                    return (x, add, clip);
                }
            }

            return null;
        }

        private bool Is(string tensor, float value) => _scalars.TryGetValue(tensor, out var found) && Is(found, value);

        private static bool Is(float? found, float value) => found is { } number && MathF.Abs(number - value) <= Tolerance;

        /// <summary>A bound of Clip: an input since operator set 11, an attribute before.</summary>
        private float? Bound(NodeProto clip, int input, string attribute) =>
            clip.Input.Count > input ? (_scalars.TryGetValue(clip.Input[input], out var value) ? value : null)
            : clip.Attribute.FirstOrDefault(a => a.Name == attribute)?.F;

        private static float? Scalar(TensorProto tensor) =>
            tensor.DataType != (int)TensorProto.Types.DataType.Float || tensor.Dims.Aggregate(1L, (product, d) => product * d) != 1 ? null
            : tensor.FloatData.Count == 1 ? tensor.FloatData[0]
            : tensor.RawData.Length == 4 ? MemoryMarshal.Read<float>(tensor.RawData.Span)
            : null;
    }
}
