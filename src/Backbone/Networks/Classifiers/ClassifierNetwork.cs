using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Classifiers;

/// <summary>Adds a network without its head.</summary>
/// <returns>The map that the head pools: [N, C, H / 32, W / 32].</returns>
internal delegate GraphTensor ClassifierBody(
    GraphBuilder graph, GraphTensor image, WeightScope weights, ClassifierSettings settings);

/// <summary>An ImageNet classifier beside PP-LCNet as a row of a table.</summary>
/// <param name="Kind">The name in manifests.</param>
/// <param name="Sizes">What <c>size</c> may be; one empty text for a network without sizes.</param>
/// <param name="IsScaled">Whether it takes a <c>scale</c>.</param>
/// <param name="Head">Its head; classes and softmax are the manifest's.</param>
/// <param name="Body">The network.</param>
internal sealed record ClassifierNetwork(
    string Kind, IReadOnlyList<string> Sizes, bool IsScaled, ClassifierSpec Head, ClassifierBody Body);
