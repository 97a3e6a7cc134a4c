using System.Text.Json;
using PPLCNet.Vision.Backbone.Files;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// The networks in code that a program knows, by kind. A project with networks of its own extends the default:
/// <c>NetworkKinds.Default.With(new MyKind())</c>. Immutable.
/// </summary>
public sealed class NetworkKinds
{
    private readonly Dictionary<string, INetworkKind> _kinds;

    private NetworkKinds(IEnumerable<INetworkKind> kinds) =>
        _kinds = kinds.ToDictionary(k => k.Kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>The kinds of this library: <c>pplcnet</c>.</summary>
    public static NetworkKinds Default { get; } = new([new PPLCNetKind()]);

    /// <summary>These kinds and more.</summary>
    /// <exception cref="ArgumentException">A kind is there twice.</exception>
    public NetworkKinds With(params ReadOnlySpan<INetworkKind> kinds) => new([.. _kinds.Values, .. kinds]);

    /// <summary>The bytes of the ONNX model: those of the file, or for a file of weights those of the network that they fill.</summary>
    /// <exception cref="ModelFormatException">The manifest names no known network, the weights do not fit it, or the file is missing or harmed.</exception>
    public byte[] Build(ModelFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.IsWeights)
        {
            return model.ReadAllBytes();
        }

        if (model.Manifest.Network is not { ValueKind: JsonValueKind.Object } network)
        {
            throw new ModelFormatException(model.Manifest.Name, "a 'network' in the manifest of a file of weights", "none");
        }

        var name = network.TryGetProperty("kind", out var kind) ? kind.ToString() : "";
        return _kinds.TryGetValue(name, out var found)
            ? ForeignData.ReadModel(
                model.Manifest.Name,
                $"settings of a '{name}' network in the manifest",
                () => found.Build(model.Manifest, network, WeightScope.Of(Safetensors.Read(model.ReadAllBytes(), model.Manifest.Name))))
            : throw new ModelFormatException(model.Manifest.Name, $"a network of kind {string.Join(", ", _kinds.Keys)}", $"'{name}'");
    }
}
