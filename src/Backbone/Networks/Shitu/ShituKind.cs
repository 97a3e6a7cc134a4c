using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.PPLCNetV2;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Shitu;

/// <summary>
/// Kind <c>pp-shitu</c>, the official feature networks of PP-ShiTu: <c>version</c> 1 (PP-LCNet x2.5 and a fully connected
/// neck) or 2 (PP-LCNetV2 base with its batch norm neck folded); <c>dimensions</c> 512 unless specified.
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
        var dimensions = Number(request, "dimensions", 512);

        // The training heads: 185 341 and 192 612 products, useless for search.
        weights.Ignore("head");
        return Number(request, "version", 2) switch
        {
            1 => Version1(weights, dimensions),
            2 => PPLCNetV2Model.ShiTu(weights, dimensions),
            var other => throw new ModelFormatException(request.Model, "version 1 or 2 of 'pp-shitu'", $"{other}"),
        };
    }

    /// <summary>
    /// PP-ShiTu V1: PP-LCNet x2.5 up to its 1280 features (h-swish, dropout factor 0.8 folded into the neck), then
    /// <c>neck.fc</c>.
    /// </summary>
    /// <param name="weights">Names <c>backbone.*</c>, <c>backbone.last_conv.weight</c>, <c>neck.fc.{weight,bias}</c>.</param>
    /// <param name="dimensions">Width of the embedding.</param>
    /// <param name="input">Input size; any size when null.</param>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Version1(WeightScope weights, int dimensions = 512, NetworkInput? input = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new GraphBuilder("pplcnet_shitu");
        var backbone = weights.Sub("backbone");
        var spec = new PPLCNetSpec { Scale = 2.5 };
        var features = graph.PPLCNet((input ?? NetworkInput.Any).AddTo(graph), backbone, spec).Stride32;
        var expanded = graph.Conv(graph.GlobalAveragePool(features), backbone.Sub("last_conv"), new ConvSpec(1280, 1), null, Activation.HardSwish);
        var vector = graph.Linear(graph.Flatten(expanded), weights.Sub("neck.fc"), dimensions, weightFactor: ClassifierSpec.DefaultDropoutFactor);
        graph.Output(graph.L2Normalize(vector), "embedding");
        weights.ThrowIfUnfit();
        return graph;
    }

    private static int Number(NetworkRequest request, string name, int otherwise) =>
        !request.Settings.TryGetProperty(name, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 ? number
        : throw new ModelFormatException(request.Model, $"a whole number above 0 as '{name}' of its network", value.ToString());
}
