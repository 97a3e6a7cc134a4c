using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Backbone.Networks.MultiHead;

/// <summary>
/// Kind <c>pplcnet-heads</c>: one PP-LCNet under several heads, in one graph with one named output a head. Settings: <c>scale</c>, and
/// <c>heads</c>, an object of output names with the settings of each head: <c>kind</c> first of all, <c>prefix</c> where its weights do not lie
/// at the root of the file. <c>ignore</c> names weights that no head of the manifest reads. One pass answers every head.
/// </summary>
public sealed class MultiHeadKind : INetworkKind
{
    private readonly Dictionary<string, INetworkHead> _heads;
    private readonly NetworkInput _input;
    private readonly IReadOnlySet<string>? _only;

    /// <summary>The heads of this library and more.</summary>
    /// <param name="more">Heads of other projects.</param>
    /// <param name="input">Size of the input where every image gets the same: some heads are cheaper then; any size when null.</param>
    /// <param name="only">Outputs to build; the others are left out of the graph. All when null.</param>
    public MultiHeadKind(IEnumerable<INetworkHead>? more = null, NetworkInput? input = null, IReadOnlySet<string>? only = null)
    {
        INetworkHead[] own = [new EmbeddingHead(), new ClassificationHead()];
        _heads = own.Concat(more ?? []).ToDictionary(h => h.Kind, StringComparer.OrdinalIgnoreCase);
        _input = input ?? NetworkInput.Any;
        _only = only;
    }

    /// <inheritdoc/>
    public string Kind => "pplcnet-heads";

    /// <summary>Names of the outputs that a manifest asks for, in its order.</summary>
    /// <exception cref="ModelFormatException">It names no heads.</exception>
    public static IReadOnlyList<string> OutputsOf(ModelManifest manifest) => [.. HeadsOf(manifest).Select(h => h.Output)];

    /// <summary>The heads that a manifest asks for, in its order.</summary>
    /// <exception cref="ModelFormatException">It names no heads.</exception>
    public static IReadOnlyList<HeadRequest> HeadsOf(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return HeadsOf(manifest.Name, manifest.Network);
    }

    /// <inheritdoc/>
    public byte[] Build(ModelManifest manifest, JsonElement network, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(weights);
        var heads = HeadsOf(manifest.Name, network);
        if (_only?.FirstOrDefault(o => heads.All(h => h.Output != o)) is { } unknown)
        {
            throw new ModelFormatException(manifest.Name, $"an output among {string.Join(", ", heads.Select(h => h.Output))}", $"'{unknown}'");
        }

        var graph = new GraphBuilder("pplcnet-heads");
        var scale = network.TryGetProperty("scale", out var value) && value.TryGetDouble(out var number) ? number : 1;
        var features = graph.PPLCNet(_input.AddTo(graph), weights.Sub("backbone"), new PPLCNetSpec { Scale = scale });
        foreach (var request in heads)
        {
            var (head, scope) = (Find(request), weights.Sub(request.Prefix));
            if (_only is null || _only.Contains(request.Output))
            {
                head.AddTo(graph, features, scope, request);
            }
            else
            {
                head.Ignore(scope);
            }
        }

        weights.IgnoreListed(network, manifest.Name);
        weights.ThrowIfUnfit();
        return graph.ToBytes();
    }

    private static List<HeadRequest> HeadsOf(string model, JsonElement? network) =>
        network is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty("heads", out var heads)
            && heads.ValueKind == JsonValueKind.Object && heads.EnumerateObject().Any()
            ? [.. heads.EnumerateObject().Select(h => new HeadRequest(h.Name, h.Value, model))]
            : throw new ModelFormatException(model, "'heads' in the manifest's network: output names with the settings of each head", "none");

    private INetworkHead Find(HeadRequest request) =>
        _heads.TryGetValue(request.Kind, out var head)
            ? head
            : throw new ModelFormatException(
                request.Model, $"a head of kind {string.Join(", ", _heads.Keys)} as '{request.Output}'", $"'{request.Kind}'");
}
