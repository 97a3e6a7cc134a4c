using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks.Classifiers;
using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Networks.Shitu;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// The one registry of networks in code, by kind, and of the heads that can share a backbone. A program with networks or
/// heads of its own extends the default: <c>NetworkKinds.Default.With(new MyKind()).WithHeads(new MyHead())</c>. Immutable
/// and safe to share between threads.
/// </summary>
public sealed class NetworkKinds
{
    private readonly Dictionary<string, INetworkKind> _kinds;
    private readonly IReadOnlyList<INetworkHead> _heads;

    private NetworkKinds(IEnumerable<INetworkKind> kinds, IReadOnlyList<INetworkHead> heads)
    {
        _heads = heads;
        _kinds = kinds.Append(new MultiHeadKind(heads)).ToDictionary(k => k.Kind, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Every network and head of the suite.</summary>
    public static NetworkKinds Default { get; } = new(
        [
            new PPLCNetKind(), new PicoDetKind(), new DeepLabV3PlusKind(), new ShituKind(),
            .. ClassifierNetworks.All.Select(n => new ClassifierKind(n)),
        ],
        [
            new EmbeddingNetworkHead(), new ClassificationNetworkHead(), new PicoDetNetworkHead(), new DeepLabV3PlusNetworkHead(),
            new LinearProbeNetworkHead(),
        ]);

    /// <summary>The names of the kinds.</summary>
    public IReadOnlyCollection<string> Names => _kinds.Keys;

    /// <summary>These kinds and more.</summary>
    /// <exception cref="ArgumentException">A kind is there twice.</exception>
    public NetworkKinds With(params ReadOnlySpan<INetworkKind> kinds) => new([.. _kinds.Values.Where(k => k is not MultiHeadKind), .. kinds], _heads);

    /// <summary>These kinds, with more heads for <c>pplcnet-heads</c>.</summary>
    /// <exception cref="ArgumentException">A kind of head is there twice.</exception>
    public NetworkKinds WithHeads(params ReadOnlySpan<INetworkHead> heads) => new(_kinds.Values.Where(k => k is not MultiHeadKind), [.. _heads, .. heads]);

    /// <summary>Builds the graph that a manifest asks for.</summary>
    /// <exception cref="ModelFormatException">The manifest names no known kind, or settings or weights do not fit.</exception>
    public GraphBuilder Build(NetworkRequest request, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ForeignData.ReadModel(request.Model, "settings of a network in the manifest", () => _kinds.TryGetValue(request.Kind, out var kind)
            ? kind.Build(request, weights)
            : throw new ModelFormatException(request.Model, $"a network of kind {string.Join(", ", _kinds.Keys)}", $"'{request.Kind}'"));
    }
}
