using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>PicoDet in a graph, with everything a head of another task or a test may want.</summary>
/// <param name="Features">Taps of the backbone.</param>
/// <param name="Pyramid">Levels of the neck, strides 8, 16, 32, 64.</param>
/// <param name="Levels">Predictions of each level.</param>
internal sealed record PicoDetTensors(FeatureMaps Features, IReadOnlyList<GraphTensor> Pyramid, IReadOnlyList<PicoLevel> Levels);

/// <summary>Writes PicoDet on PP-LCNet as an ONNX graph. Weight names are PaddleDetection's.</summary>
internal static class PicoDetNetwork
{
    /// <summary>Adds backbone, neck and head to a graph that may hold more.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">[N, 3, H, W]; height and width known.</param>
    /// <param name="weights">Where <c>backbone</c> lies, and <c>neck</c> and <c>head</c> below <paramref name="prefix"/>.</param>
    /// <param name="spec">The variant.</param>
    /// <param name="prefix">Empty where all three lie side by side.</param>
    internal static PicoDetTensors PicoDet(this GraphBuilder graph, GraphTensor image, WeightScope weights, PicoDetSpec spec, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        return graph.PicoDet(graph.PPLCNet(image, weights.Sub("backbone"), spec.Backbone), weights.Sub(prefix), spec);
    }

    /// <summary>Adds neck and head to a backbone that is in the graph already.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The backbone's maps.</param>
    /// <param name="weights">Where <c>neck</c> and <c>head</c> lie.</param>
    /// <param name="spec">The variant.</param>
    internal static PicoDetTensors PicoDet(this GraphBuilder graph, FeatureMaps features, WeightScope weights, PicoDetSpec spec)
    {
        ArgumentNullException.ThrowIfNull(features);
        var pyramid = graph.PicoNeck(features, weights.Sub("neck"), spec);
        return new PicoDetTensors(features, pyramid, [.. pyramid.Select((p, i) => graph.PicoLevel(p, weights.Sub("head"), i, spec))]);
    }

    /// <summary>Builds the whole model.</summary>
    /// <param name="spec">The variant.</param>
    /// <param name="weights">Weights under the official names.</param>
    /// <param name="export">What the graph answers.</param>
    /// <param name="prefix">Where <c>neck</c> and <c>head</c> lie; empty where they lie beside <c>backbone</c>.</param>
    /// <returns>The builder, from which bytes and layer table come. The batch is open.</returns>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Build(PicoDetSpec spec, WeightScope weights, PicoDetExport export = PicoDetExport.Logits, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(spec);
        var graph = new GraphBuilder("picodet");
        var image = new NetworkInput(spec.Height, spec.Width, Name: "image").AddTo(graph);
        var tensors = graph.PicoDet(image, weights, spec, prefix);
        PicoDetOutputs.Add(graph, tensors.Levels, weights.Sub(prefix).Sub("head"), spec, export);
        weights.ThrowIfUnfit();
        return graph;
    }

    /// <summary>What the class outputs of an export hold.</summary>
    public static ScoreRule RuleOf(PicoDetSpec spec, PicoDetExport export) =>
        export != PicoDetExport.Logits ? ScoreRule.Probability : spec.Head == PicoDetHead.V1 ? ScoreRule.Sigmoid : ScoreRule.Quality;
}
