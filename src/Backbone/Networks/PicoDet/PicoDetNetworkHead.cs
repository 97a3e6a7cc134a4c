using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>
/// Head <c>picodet</c> on a shared backbone: <c>variant</c>, <c>labels</c>, <c>categoryIds</c>, <c>scoreThreshold</c>,
/// <c>iouThreshold</c>. Reads <c>neck.*</c> and <c>head.*</c> (below <c>prefix</c>) with PaddleDetection's names; outputs
/// <c>NAME.cls0</c> [N, cells, classes], <c>NAME.reg0</c> [N, cells, 32] and so on for strides 8, 16, 32, 64. The input's
/// size must be known and a multiple of 32.
/// </summary>
internal sealed class PicoDetNetworkHead : INetworkHead
{
    /// <inheritdoc/>
    public string Kind => "picodet";

    /// <inheritdoc/>
    public void AddTo(GraphBuilder graph, FeatureMaps features, WeightScope weights, HeadRequest request)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(request);
        var spec = PicoDetHeadSettings.Read(request).ToSpec(request);
        var tensors = graph.PicoDet(features, weights, spec);
        PicoDetOutputs.Add(graph, tensors.Levels, weights.Sub("head"), spec, PicoDetExport.Logits, request.Output + ".");
    }

    /// <inheritdoc/>
    public void Ignore(WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.Ignore("neck");
        weights.Ignore("head");
    }
}
