using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// The feature maps that heads attach to: the outputs of a backbone's stages, at strides 4, 8, 16 and 32 unless its strides
/// were changed.
/// </summary>
/// <param name="Stride4">First tap, for PP-LCNet the output of <c>blocks3</c>: [N, C, H/4, W/4].</param>
/// <param name="Stride8">Second tap, <c>blocks4</c>.</param>
/// <param name="Stride16">Third tap, <c>blocks5</c>.</param>
/// <param name="Stride32">Last tap, <c>blocks6</c>.</param>
public sealed record FeatureMaps(GraphTensor Stride4, GraphTensor Stride8, GraphTensor Stride16, GraphTensor Stride32)
{
    /// <summary>The taps from fine to coarse.</summary>
    public IReadOnlyList<GraphTensor> All => [Stride4, Stride8, Stride16, Stride32];
}
