using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>PP-LCNet v1 as a whole model in one call.</summary>
public static class PPLCNetModel
{
    /// <summary>
    /// Rebuilds an exported classifier from the constants of its ONNX file, which bear Paddle's automatic names.
    /// </summary>
    /// <param name="exported">From <see cref="WeightSet.Read(string)"/>; constants other than layers' weights are left out.</param>
    /// <param name="spec">Width and switches of the exported network.</param>
    /// <param name="head">Its head.</param>
    /// <param name="input">Input size; any size when null.</param>
    /// <exception cref="ModelFormatException">Weights are missing or misshapen.</exception>
    public static GraphBuilder FromExported(WeightSet exported, PPLCNetSpec spec, ClassifierSpec head, NetworkInput? input = null) =>
        PPLCNetImport.FromExported(exported, spec, head, input);

    /// <summary>
    /// Builds backbone and classifier; the output is <c>logits</c>, or <c>probabilities</c> where the head ends in softmax.
    /// </summary>
    /// <param name="spec">Width and switches.</param>
    /// <param name="head">Head.</param>
    /// <param name="weights">Weights under PaddleClas's names; a <c>backbone.</c> before the backbone's is accepted.</param>
    /// <param name="input">Input size; any size when null.</param>
    /// <returns>The builder, from which bytes and layer table come.</returns>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Classifier(PPLCNetSpec spec, ClassifierSpec head, WeightScope weights, NetworkInput? input = null)
    {
        var graph = new GraphBuilder("pplcnet");
        var image = (input ?? NetworkInput.Any).AddTo(graph);
        var features = graph.PPLCNet(image, BackboneOf(weights), spec);
        graph.Output(graph.Classifier(features.Stride32, weights, head), head.Softmax ? "probabilities" : "logits");
        weights.Ignore("embedding");
        weights.ThrowIfUnfit();
        return graph;
    }

    /// <summary>Builds backbone and embedding head; the output is <c>embedding</c>, of length 1.</summary>
    /// <param name="spec">Width and switches.</param>
    /// <param name="dimensions">Width of the embedding.</param>
    /// <param name="weights">Weights; a classifier among them stays unused.</param>
    /// <param name="input">Input size; any size when null.</param>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Embedder(PPLCNetSpec spec, int dimensions, WeightScope weights, NetworkInput? input = null)
    {
        var graph = new GraphBuilder("pplcnet");
        var image = (input ?? NetworkInput.Any).AddTo(graph);
        var features = graph.PPLCNet(image, BackboneOf(weights), spec);
        graph.Output(graph.Embedding(features.Stride32, weights, dimensions), "embedding");
        IgnoreClassifier(weights);
        weights.ThrowIfUnfit();
        return graph;
    }

    /// <summary>
    /// Builds the backbone alone; the outputs are <c>stride4</c>, <c>stride8</c>, <c>stride16</c> and <c>stride32</c>.
    /// </summary>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Features(PPLCNetSpec spec, WeightScope weights, NetworkInput? input = null)
    {
        var graph = new GraphBuilder("pplcnet");
        var image = (input ?? NetworkInput.Any).AddTo(graph);
        var features = graph.PPLCNet(image, BackboneOf(weights), spec);
        graph.Output(features.Stride4, "stride4");
        graph.Output(features.Stride8, "stride8");
        graph.Output(features.Stride16, "stride16");
        graph.Output(features.Stride32, "stride32");
        weights.Ignore("embedding");
        IgnoreClassifier(weights);
        weights.ThrowIfUnfit();
        return graph;
    }

    /// <summary>The place of the backbone's weights: below <c>backbone</c> where the file has that, else the root.</summary>
    public static WeightScope BackboneOf(WeightScope weights) => 
        !weights.Has("conv1") && weights.Has("backbone") ? weights.Sub("backbone") : weights;

    private static void IgnoreClassifier(WeightScope weights)
    {
        weights.Ignore("last_conv");
        weights.Ignore("fc");
    }
}
