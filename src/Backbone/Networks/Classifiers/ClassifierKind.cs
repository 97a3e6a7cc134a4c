using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Classifiers;

/// <summary>
/// The kinds <c>pplcnetv2</c>, <c>mobilenetv1</c>, <c>mobilenetv2</c>, <c>mobilenetv3</c>, <c>shufflenetv2</c> and
/// <c>resnet50-vd</c>: <c>size</c> and <c>scale</c> where the network has them, <c>classes</c>, <c>softmax</c> (true unless
/// said), and <c>ignore</c>: names of weights in the file that are not this network's. Weight names are PaddleClas's.
/// </summary>
internal sealed class ClassifierKind(ClassifierNetwork network) : INetworkKind
{
    /// <inheritdoc/>
    public string Kind => network.Kind;

    /// <inheritdoc/>
    public GraphBuilder Build(NetworkRequest request, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(weights);
        var settings = NetworkSettings.Read(
            request.Settings, ClassifierJson.Default.ClassifierSettings, request.Model, $"a '{Kind}' network");
        settings.Check(network, request.Model);
        weights.IgnoreListed(request.Settings, request.Model);
        return network.Build(settings, weights, NetworkInput.Any);
    }
}
