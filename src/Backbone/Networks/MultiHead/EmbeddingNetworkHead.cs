using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.MultiHead;

/// <summary>Head <c>embedding</c>: <c>dimensions</c>. Reads <c>embedding.*</c>; output [N, dimensions], of length 1.</summary>
internal sealed class EmbeddingNetworkHead : INetworkHead
{
    /// <inheritdoc/>
    public string Kind => "embedding";

    /// <inheritdoc/>
    public void AddTo(GraphBuilder graph, FeatureMaps features, WeightScope weights, HeadRequest request)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(request);
        graph.Output(graph.Embedding(features.Stride32, weights, request.Integer("dimensions", 512)), request.Output);
    }

    /// <inheritdoc/>
    public void Ignore(WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Ignore("embedding");
    }
}
