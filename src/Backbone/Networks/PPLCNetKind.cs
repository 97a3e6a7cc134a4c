using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.MultiLabel;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// Kind <c>pplcnet</c>: <c>scale</c>; <c>strides</c> (five, each a number or [vertical, horizontal]); <c>activation</c>;
/// <c>head</c>, which is <c>classification</c> (<c>classes</c>, <c>lastConv</c>, <c>expand</c>, <c>dropoutFactor</c>,
/// <c>softmax</c>: true unless said), <c>embedding</c> (<c>dimensions</c>), <c>ml-decoder</c> (<c>classes</c>,
/// <c>expand</c>, <c>dropoutFactor</c>; independent logits) or <c>none</c>; <c>ignore</c>: names of weights in the file that are
/// not this network's.
/// </summary>
internal sealed class PPLCNetKind : INetworkKind
{
    /// <inheritdoc/>
    public string Kind => "pplcnet";

    /// <inheritdoc/>
    public GraphBuilder Build(NetworkRequest request, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(weights);
        var settings = NetworkSettings.Read(request.Settings, NetworkJson.Default.PPLCNetSettings, request.Model, "a 'pplcnet' network");
        var spec = settings.ToSpec(request.Model);
        weights.IgnoreListed(request.Settings, request.Model);
        return settings.Head switch
        {
            "classification" => PPLCNetModel.Classifier(spec, settings.ToClassifier(spec), weights),
            "embedding" => PPLCNetModel.Embedder(spec, settings.Dimensions, weights),
            "ml-decoder" => MultiLabel(spec, settings, weights),
            "none" => PPLCNetModel.Features(spec, weights),
            _ => throw new ModelFormatException(request.Model, "a head among classification, embedding, ml-decoder, none", $"'{settings.Head}'"),
        };
    }

    /// <summary>The map after the 1x1 convolution, not pooled, under an ML-Decoder at <c>fc</c>; the output is <c>logits</c>.</summary>
    private static GraphBuilder MultiLabel(PPLCNetSpec spec, PPLCNetSettings settings, WeightScope weights)
    {
        var graph = new GraphBuilder("pplcnet");
        var features = graph.PPLCNet(NetworkInput.Any.AddTo(graph), PPLCNetModel.BackboneOf(weights), spec).Stride32;
        var map = graph.Conv(features, weights.Sub("last_conv"), new ConvSpec(settings.Expand, 1), null, spec.Activation);
        map = graph.Mul(map, graph.Constant(settings.DropoutFactor));
        graph.Output(graph.AddMLDecoder(map, weights.Sub("fc"), settings.Classes), "logits");
        weights.ThrowIfUnfit();
        return graph;
    }
}
