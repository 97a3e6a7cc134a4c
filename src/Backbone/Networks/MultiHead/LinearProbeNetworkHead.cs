using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.MultiHead;

/// <summary>
/// Head <c>linear-probe</c>: one linear layer on pooled features of the frozen backbone. Settings: <c>classes</c>,
/// <c>features</c>, <c>dimensions</c> (of an embedding among them), <c>activation</c> (<c>softmax</c> or <c>sigmoid</c>),
/// <c>labels</c> and <c>backbone</c> (what the head was trained on). Reads <c>center</c> and <c>scale</c> [D],
/// <c>weight</c> [D, classes], <c>bias</c> [classes], <c>means</c> [D, classes] and <c>threshold</c> [1]. Outputs:
/// probabilities [N, classes], and under the same name with <see cref="NoveltySuffix"/> the distance to the nearest class
/// mean [N, 1], where 1 is the threshold.
/// </summary>
internal sealed class LinearProbeNetworkHead : INetworkHead
{
    /// <summary>The name in the manifest.</summary>
    public const string Name = "linear-probe";

    /// <summary>What the name of the second output ends in.</summary>
    public const string NoveltySuffix = "_novelty";

    private static readonly string[] _tensors = ["center", "scale", "weight", "bias", "means", "threshold", "embedding"];

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public void AddTo(GraphBuilder graph, FeatureMaps features, WeightScope weights, HeadRequest request)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(request);
        var vector = graph.AddProbeFeatures(features, weights, FeaturesOf(request), request.Integer("dimensions", 512), request.Model);
        AddLayers(graph, vector, weights, request.Integer("classes"), ActivationOf(request), request.Output);
    }

    /// <inheritdoc/>
    public void Ignore(WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (var tensor in _tensors)
        {
            weights.Ignore(tensor);
        }
    }

    /// <summary>Adds the layers behind the features, which are those of any network.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="vector">The features [N, D].</param>
    /// <param name="weights">Where the tensors of the head lie.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="activation">What turns logits into probabilities.</param>
    /// <param name="output">Name of the first output.</param>
    public static void AddLayers(
        GraphBuilder graph, GraphTensor vector, WeightScope weights, int classes, Activation? activation, string output)
    {
        var width = vector.Shape[^1];
        var centered = graph.Sub(vector, graph.Constant(weights, "center", width));
        var standard = graph.Mul(centered, graph.Constant(weights, "scale", width));
        var logits = graph.Linear(standard, weights, classes);
        graph.Output(activation is { } function ? graph.Activate(logits, function) : graph.Softmax(logits), output);

        // Reductions changed their form from one operator set to another; these operators did not, and serve any graph.
        int[] column = [vector.Shape[0], 1];
        var ones = new float[width];
        Array.Fill(ones, 1);
        var squares = graph.MatMul(graph.Mul(standard, standard), graph.Constant("ones", [width, 1], ones));
        var length = graph.Node("Max", [graph.Sqrt(squares), graph.Constant(1e-12f)], column);
        var cosines = graph.MatMul(graph.Div(standard, length), graph.Constant(weights, "means", width, classes));
        var nearest = graph.Nodes("TopK", [cosines, graph.Constant([1L])], [column, column], GraphAttribute.Of("axis", -1))[0];
        var novelty = graph.Div(graph.Sub(graph.Constant(1f), nearest), graph.Constant(weights, "threshold", 1));
        graph.Output(novelty, output + NoveltySuffix);
    }

    private static List<string> FeaturesOf(HeadRequest request)
    {
        if (!request.Settings.TryGetProperty("features", out var list) || list.ValueKind != JsonValueKind.Array
            || list.EnumerateArray().Any(f => f.ValueKind != JsonValueKind.String))
        {
            throw new ModelFormatException(request.Model, $"'features' of the head '{request.Output}' as a list of names", "none");
        }

        return [.. list.EnumerateArray().Select(f => f.GetString()!)];
    }

    /// <summary>Null stands for softmax, which is no activation of single elements.</summary>
    private static Activation? ActivationOf(HeadRequest request) =>
        !request.Settings.TryGetProperty("activation", out var value) || value.ValueEquals("softmax") ? null
        : value.ValueEquals("sigmoid") ? Activation.Sigmoid
        : throw new ModelFormatException(request.Model, $"'softmax' or 'sigmoid' as 'activation' of the head '{request.Output}'", value.GetRawText());
}
