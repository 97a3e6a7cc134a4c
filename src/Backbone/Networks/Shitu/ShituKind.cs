using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.PPLCNetV2;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Shitu;

/// <summary>
/// Kind <c>pp-shitu</c>, the official feature networks of PP-ShiTu: <c>version</c> 1 (PP-LCNet x2.5 and a fully connected
/// neck) or 2 (PP-LCNetV2 base with its batch norm neck folded); <c>dimensions</c> 512 unless specified. Version 1 takes
/// <c>dropoutFactor</c> (0.8) and <c>normalize</c> (true) too: the same names with a factor of 1 and no normalization are
/// the appearance networks of DeepSORT.
/// </summary>
internal sealed class ShituKind : INetworkKind
{
    /// <inheritdoc/>
    public string Kind => "pp-shitu";

    /// <inheritdoc/>
    public GraphBuilder Build(NetworkRequest request, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(weights);
        var settings = ShituSettings.Read(request);

        // The training heads: 185 341 and 192 612 products, useless for search.
        weights.Ignore("head");
        weights.IgnoreListed(request.Settings, request.Model);
        return settings.Version == 1 ? Version1(weights, settings) : PPLCNetV2Model.ShiTu(weights, settings.Dimensions);
    }

    /// <summary>
    /// Version 1: PP-LCNet x2.5 up to its 1280 features (h-swish; the dropout factor is folded into the neck), then
    /// <c>neck.fc</c>. Names are <c>backbone.*</c>, <c>backbone.last_conv.weight</c>, <c>neck.fc.{weight,bias}</c>.
    /// </summary>
    private static GraphBuilder Version1(WeightScope weights, ShituSettings settings)
    {
        var graph = new GraphBuilder("pplcnet_shitu");
        var backbone = weights.Sub("backbone");
        var features = graph.PPLCNet(NetworkInput.Any.AddTo(graph), backbone, new PPLCNetSpec { Scale = 2.5 }).Stride32;
        var expanded = graph.Conv(graph.GlobalAveragePool(features), backbone.Sub("last_conv"), new ConvSpec(1280, 1), null, Activation.HardSwish);
        var vector = graph.Linear(
            graph.Flatten(expanded), weights.Sub("neck.fc"), settings.Dimensions, weightFactor: settings.DropoutFactor);
        graph.Output(settings.Normalize ? graph.L2Normalize(vector) : vector, "embedding");
        weights.ThrowIfUnfit();
        return graph;
    }
}
