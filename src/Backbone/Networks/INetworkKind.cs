using System.Text.Json;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// A kind of network in code that manifests can name (<c>"network": { "kind": "pplcnet", ... }</c>). Each project of the suite brings its
/// own; see <see cref="NetworkKinds"/>.
/// </summary>
public interface INetworkKind
{
    /// <summary>The name in the manifest.</summary>
    string Kind { get; }

    /// <summary>Turns weights into the bytes of an ONNX model.</summary>
    /// <param name="manifest">The manifest, for labels and input size.</param>
    /// <param name="network">Its <c>network</c> element.</param>
    /// <param name="weights">The weights; report what does not fit with <see cref="WeightScope.ThrowIfUnfit"/>.</param>
    /// <exception cref="ModelFormatException">Settings or weights do not fit.</exception>
    byte[] Build(ModelManifest manifest, JsonElement network, WeightScope weights);
}
