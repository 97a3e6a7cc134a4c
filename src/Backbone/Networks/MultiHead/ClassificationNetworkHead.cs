using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.MultiHead;

/// <summary>
/// Head <c>classification</c>: <c>classes</c>. Reads <c>last_conv.*</c> and <c>fc.*</c>, without dropout; output
/// probabilities [N, classes].
/// </summary>
internal sealed class ClassificationNetworkHead : INetworkHead
{
    /// <inheritdoc/>
    public string Kind => "classification";

    /// <inheritdoc/>
    public void AddTo(GraphBuilder graph, FeatureMaps features, WeightScope weights, HeadRequest request)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(request);
        var spec = new ClassifierSpec { Classes = request.Integer("classes", 1000), DropoutFactor = 1, Softmax = true };
        graph.Output(graph.Classifier(features.Stride32, weights, spec), request.Output);
    }

    /// <inheritdoc/>
    public void Ignore(WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Ignore("last_conv");
        weights.Ignore("fc");
    }
}
