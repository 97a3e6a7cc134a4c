using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>
/// Head <c>deeplabv3p</c> on a shared backbone: <c>labels</c>, <c>ratios</c>, <c>alignCorners</c>, <c>palette</c>. Reads
/// <c>head.*</c> (below <c>prefix</c>) with PaddleSeg's names; output logits [N, classes, H/4, W/4].
/// </summary>
internal sealed class DeepLabV3PlusNetworkHead : INetworkHead
{
    /// <inheritdoc/>
    public string Kind => "deeplabv3p";

    /// <inheritdoc/>
    public void AddTo(GraphBuilder graph, FeatureMaps features, WeightScope weights, HeadRequest request)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(weights);
        var settings = DeepLabV3PlusHeadSettings.Read(request);
        var spec = new DeepLabV3PlusSpec { Classes = settings.Labels.Length, Ratios = settings.Ratios, AlignCorners = settings.AlignCorners };
        var maps = graph.DeepLabV3PlusHead(features.Stride4, features.Stride32, weights.Sub("head"), spec);
        graph.Output(maps.Logits, request.Output);
    }

    /// <inheritdoc/>
    public void Ignore(WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Ignore("head");
    }
}
