using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.MultiHead;

/// <summary>
/// Kind <c>pplcnet-heads</c>: one PP-LCNet under several heads, in one graph with one named output per head. Settings:
/// <c>scale</c>, and <c>heads</c>, an object of output names with the settings of each head: <c>kind</c> first of all,
/// <c>prefix</c> where its weights do not lie at the root of the file. <c>ignore</c> names weights that no head of the
/// manifest reads. One pass answers every head.
/// </summary>
/// <param name="heads">The kinds of heads that manifests can name.</param>
internal sealed class MultiHeadKind(IEnumerable<INetworkHead> heads) : INetworkKind
{
    private readonly Dictionary<string, INetworkHead> _heads = heads.ToDictionary(h => h.Kind, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public string Kind => "pplcnet-heads";

    /// <summary>The heads that a network's settings ask for, in their order.</summary>
    /// <param name="model">Name of the model, for messages.</param>
    /// <param name="network">The manifest's <c>network</c> element.</param>
    /// <exception cref="ModelFormatException">It names no heads.</exception>
    public static IReadOnlyList<HeadRequest> HeadsOf(string model, JsonElement? network) =>
        network is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty("heads", out var heads)
            && heads.ValueKind == JsonValueKind.Object && heads.EnumerateObject().Any()
            ? [.. heads.EnumerateObject().Select(h => new HeadRequest(h.Name, h.Value, model))]
            : throw new ModelFormatException(
                model, "a model with several heads ('heads' in the manifest's network: output names with the settings of each)", "none");

    /// <inheritdoc/>
    public GraphBuilder Build(NetworkRequest request, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(weights);
        CheckKeys(request);
        var requests = HeadsOf(request.Model, request.Settings);
        if (request.Outputs?.FirstOrDefault(o => requests.All(h => h.Output != o)) is { } unknown)
        {
            throw new ModelFormatException(request.Model, $"an output among {string.Join(", ", requests.Select(h => h.Output))}", $"'{unknown}'");
        }

        var graph = new GraphBuilder("pplcnet-heads");
        var features = graph.PPLCNet(request.Input.AddTo(graph), weights.Sub("backbone"), new PPLCNetSpec { Scale = ScaleOf(request) });
        foreach (var head in requests)
        {
            var (kind, scope) = (Find(head), weights.Sub(head.Prefix));
            if (request.Outputs is null || request.Outputs.Contains(head.Output))
            {
                kind.AddTo(graph, features, scope, head);
            }
            else
            {
                kind.Ignore(scope);
            }
        }

        weights.IgnoreListed(request.Settings, request.Model);
        weights.ThrowIfUnfit();
        return graph;
    }

    private static void CheckKeys(NetworkRequest request)
    {
        foreach (var setting in request.Settings.EnumerateObject())
        {
            if (setting.Name is not ("kind" or "scale" or "heads" or "ignore"))
            {
                throw new ModelFormatException(request.Model, "the settings kind, scale, heads and ignore of a 'pplcnet-heads' network", $"'{setting.Name}'");
            }
        }
    }

    private static double ScaleOf(NetworkRequest request) =>
        !request.Settings.TryGetProperty("scale", out var value) ? 1
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var scale) && scale > 0 ? scale
        : throw new ModelFormatException(request.Model, "'scale' as a number above 0", value.GetRawText());

    private INetworkHead Find(HeadRequest request) =>
        _heads.TryGetValue(request.Kind, out var head)
            ? head
            : throw new ModelFormatException(
                request.Model, $"a head of kind {string.Join(", ", _heads.Keys)} as '{request.Output}'", $"'{request.Kind}'");
}
