using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>
/// The neck: features of three strides down to the finest, up again, and one coarser level. LC-PAN and CSP-PAN differ in
/// their blocks only.
/// </summary>
internal static class PathAggregation
{
    /// <summary>Adds the neck.</summary>
    /// <returns>Levels of strides 8, 16, 32 and 64, each [N, channels, h, w].</returns>
    public static IReadOnlyList<GraphTensor> PicoNeck(this GraphBuilder graph, FeatureMaps features, WeightScope neck, PicoDetSpec spec)
    {
        GraphTensor Lateral(int i) => graph.ConvNorm(features.All[i + 1], neck.Sub($"conv_t.convs.{i}"), new ConvSpec(spec.Channels, 1), spec.Activation);
        GraphTensor Join(string name, GraphTensor first, GraphTensor second) => spec.Neck == PicoDetNeck.LcPan
            ? graph.SeparableBlocks(graph.Concat(1, first, second), neck.Sub(name), spec.Channels)
            : graph.CspLayer(graph.Concat(1, first, second), neck.Sub(name), spec.Channels, spec.Activation);
        GraphTensor Down(string name, GraphTensor x) => graph.DepthwisePair(x, neck.Sub(name), 2, spec.Activation);

        var (t3, t4, t5) = (Lateral(0), Lateral(1), Lateral(2));

        // The enlarged tensor stands first in the concatenation.
        var m4 = Join("top_down_blocks.0", graph.Upsample(t5, 2), t4);
        var p3 = Join("top_down_blocks.1", graph.Upsample(m4, 2), t3);
        var p4 = Join("bottom_up_blocks.0", Down("downsamples.0", p3), m4);
        var p5 = Join("bottom_up_blocks.1", Down("downsamples.1", p4), t5);
        var p6 = graph.Add(Down("first_top_conv", t5), Down("second_top_conv", p5));
        return [p3, p4, p5, p6];
    }
}
