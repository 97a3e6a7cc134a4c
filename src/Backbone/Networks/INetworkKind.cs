using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// A kind of network in code that manifests can name (<c>"network": { "kind": "pplcnet", ... }</c>); see
/// <see cref="NetworkKinds"/>. Implementations are stateless and safe to share between threads.
/// </summary>
public interface INetworkKind
{
    /// <summary>The name in the manifest.</summary>
    string Kind { get; }

    /// <summary>Builds the graph that the weights fill.</summary>
    /// <param name="request">What the manifest says.</param>
    /// <param name="weights">The weights; report what does not fit with <see cref="WeightScope.ThrowIfUnfit"/>.</param>
    /// <exception cref="ModelFormatException">Settings or weights do not fit.</exception>
    GraphBuilder Build(NetworkRequest request, WeightScope weights);
}
