using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PPLCNetV2;

/// <summary>
/// Writes PP-LCNetV2 into a graph, always in its deployed form: parallel depthwise branches are merged into one convolution.
/// </summary>
internal static class PPLCNetV2Backbone
{
    /// <summary>Adds stem and stages; no head. Weight names are PaddleClas's.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">[N, 3, H, W].</param>
    /// <param name="weights">Where <c>stem</c> and <c>stages</c> lie, in training form (<c>dw_conv_list</c>) or merged
    /// (<c>dw_conv</c>).</param>
    /// <param name="spec">Variant.</param>
    /// <returns>Outputs of the four stages.</returns>
    public static FeatureMaps PPLCNetV2(this GraphBuilder graph, GraphTensor image, WeightScope weights, PPLCNetV2Spec spec)
    {
        var x = graph.ConvNorm(image, weights.Sub("stem.0"), new ConvSpec(spec.Width(32), 3) { Stride = 2 }, Activation.Relu);
        x = graph.DepthwiseSeparable(x, weights.Sub("stem.1"), spec.Width(64), 3, 1, Activation.Relu);
        var outputs = new List<GraphTensor>();
        for (var s = 0; s < PPLCNetV2Spec.Stages.Count; s++)
        {
            for (var b = 0; b < spec.Depths[s]; b++)
            {
                var stride = b > 0 ? 1 : s == 3 ? spec.LastStride : 2;
                x = Block(graph, x, weights.Sub($"stages.{s}.{b}"), PPLCNetV2Spec.Stages[s], spec, stride);
            }

            outputs.Add(x);
        }

        return new FeatureMaps(outputs[0], outputs[1], outputs[2], outputs[3]);
    }

    private static GraphTensor Block(
        GraphBuilder graph, GraphTensor x, WeightScope weights, PPLCNetV2Stage stage, PPLCNetV2Spec spec, int stride)
    {
        var channels = spec.Width(stage.Out);
        var y = Depthwise(graph, x, weights, stage, stride);
        if (stage.Squeeze)
        {
            y = graph.SqueezeExcite(y, weights.Sub("se"), gate: Activation.Sigmoid);
        }

        if (stage.Split)
        {
            y = graph.ConvNorm(y, weights.Sub("pw_conv_1"), new ConvSpec(channels / 2, 1), Activation.Relu);
            y = graph.ConvNorm(y, weights.Sub("pw_conv_2"), new ConvSpec(channels, 1), Activation.Relu);
        }
        else
        {
            y = graph.ConvNorm(y, weights.Sub("pw_conv"), new ConvSpec(channels, 1), Activation.Relu);
        }

        // The sum comes after the last ReLU, and nothing follows it.
        return stage.Shortcut && stride == 1 && x.Channels == channels ? graph.Add(y, x) : y;
    }

    private static GraphTensor Depthwise(GraphBuilder graph, GraphTensor x, WeightScope weights, PPLCNetV2Stage stage, int stride)
    {
        var conv = new ConvSpec(x.Channels, stage.Kernel) { Stride = stride, Groups = x.Channels };
        if (!stage.Branches)
        {
            return graph.ConvNorm(x, weights.Sub("dw_conv"), conv, Activation.Relu);
        }

        if (!weights.Has("dw_conv_list"))
        {
            return graph.Conv(x, weights.Sub("dw_conv"), conv with { Bias = true }, null, Activation.Relu);
        }

        // The merged slot lies beside the branches in training files, filled or not: the branches are what was trained.
        weights.Ignore("dw_conv");
        var branches = new List<FoldedConv>();
        for (var kernel = stage.Kernel; kernel > (stride == 1 ? 0 : 1); kernel -= 2)
        {
            var branch = weights.Sub($"dw_conv_list.{branches.Count}");
            branches.Add(new FoldedConv(branch.Take("conv.weight", x.Channels, 1, kernel, kernel), null)
                .Fold(BatchNorm.Take(branch.Sub("bn"), x.Channels)));
        }

        return graph.Conv(x, weights.Sub("dw_conv").Prefix, FoldedConv.Sum(branches), conv, Activation.Relu);
    }
}
