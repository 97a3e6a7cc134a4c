using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>The heads that any backbone here can carry.</summary>
public static class Heads
{
    /// <summary>
    /// Classification. Reads <c>last_conv.weight</c> [expand, C, 1, 1] (unless switched off), <c>fc.weight</c> [in, classes],
    /// <c>fc.bias</c>.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">Last feature map [N, C, H, W].</param>
    /// <param name="weights">Where the names above lie.</param>
    /// <param name="spec">Width, classes and switches.</param>
    /// <returns>Logits or probabilities [N, classes].</returns>
    public static GraphTensor Classifier(this GraphBuilder graph, GraphTensor features, WeightScope weights, ClassifierSpec spec)
    {
        var x = graph.GlobalAveragePool(features);
        if (spec.LastConv)
        {
            var conv = new ConvSpec(spec.Expand, 1) { Bias = spec.LastConvBias };
            x = graph.Conv(x, weights.Sub("last_conv"), conv, null, spec.Activation);
        }

        // Without the convolution the network has no dropout either.
        var factor = spec.LastConv ? spec.DropoutFactor : 1;
        var logits = graph.Linear(graph.Flatten(x), weights.Sub(spec.LayerName), spec.Classes, weightFactor: factor);
        return spec.Softmax ? graph.Softmax(logits) : logits;
    }

    /// <summary>
    /// Embedding: global average, one fully connected layer (<c>embedding.weight</c> [C, dimensions], <c>embedding.bias</c>),
    /// length 1.
    /// </summary>
    /// <returns>[N, dimensions], L2-normalized.</returns>
    public static GraphTensor Embedding(this GraphBuilder graph, GraphTensor features, WeightScope weights, int dimensions)
    {
        var mean = graph.Flatten(graph.GlobalAveragePool(features));
        return graph.L2Normalize(graph.Linear(mean, weights.Sub("embedding"), dimensions));
    }
}
