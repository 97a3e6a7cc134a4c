using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>One level's predictions before any scoring.</summary>
/// <param name="Classes">Class logits [N, C, h, w].</param>
/// <param name="Boxes">Box logits [N, 32, h, w]: left, top, right, bottom, 8 each.</param>
/// <param name="Quality">Quality logits [N, 1, h, w]; null in PicoHead of 2021.</param>
internal sealed record PicoLevel(GraphTensor Classes, GraphTensor Boxes, GraphTensor? Quality);

/// <summary>The heads. Weights are not shared between levels.</summary>
internal static class PicoHead
{
    /// <summary>Adds the head to one level.</summary>
    public static PicoLevel PicoLevel(this GraphBuilder graph, GraphTensor x, WeightScope head, int level, PicoDetSpec spec)
    {
        // Present in every official checkpoint, used by none.
        head.Take($"p{level + 3}_feat.scale_reg", 1);
        var features = head.Sub("conv_feat");
        for (var i = 0; i < spec.HeadBlocks; i++)
        {
            x = ConvNorm(graph, x, features.Sub($"cls_conv_dw{level}.{i}"), new ConvSpec(x.Channels, PicoBlocks.Kernel) { Groups = x.Channels }, spec.Activation);
            x = ConvNorm(graph, x, features.Sub($"cls_conv_pw{level}.{i}"), new ConvSpec(x.Channels, 1), spec.Activation);
        }

        return spec.Head == PicoDetHead.V1 ? First(graph, x, head, level, spec) : Second(graph, x, head, level, spec);
    }

    private static PicoLevel First(GraphBuilder graph, GraphTensor x, WeightScope head, int level, PicoDetSpec spec)
    {
        var both = graph.Conv(x, Prediction(head, "head_cls", level), new ConvSpec(spec.Classes + DistributionBox.Logits, 1) { Bias = true });
        var parts = graph.Split(both, 1, spec.Classes, DistributionBox.Logits);
        return new PicoLevel(parts[0], parts[1], null);
    }

    private static PicoLevel Second(GraphBuilder graph, GraphTensor x, WeightScope head, int level, PicoDetSpec spec)
    {
        var align = head.Sub($"cls_align.{level}");
        var quality = graph.Conv(x, align.Sub("dwconv"), new ConvSpec(1, PicoBlocks.Kernel), align.Sub("bn1"), spec.Activation);
        quality = graph.Conv(quality, align.Sub("pwconv"), new ConvSpec(1, 1), align.Sub("bn2"));

        var attention = head.Sub($"conv_feat.se.{level}");
        var gate = graph.Conv(graph.GlobalAveragePool(x), attention.Sub("fc"), new ConvSpec(x.Channels, 1) { Bias = true }, null, Activation.Sigmoid);
        var attended = ConvNorm(graph, graph.Mul(x, gate), attention.Sub("conv"), new ConvSpec(x.Channels, 1), spec.Activation);
        return new PicoLevel(
            graph.Conv(attended, Prediction(head, "head_cls", level), new ConvSpec(spec.Classes, 1) { Bias = true }),
            graph.Conv(attended, Prediction(head, "head_reg", level), new ConvSpec(DistributionBox.Logits, 1) { Bias = true }),
            quality);
    }

    /// <summary>
    /// Checkpoints saved since September 2022 hold each prediction layer twice, older ones under the first name only.
    /// </summary>
    private static WeightScope Prediction(WeightScope head, string name, int level)
    {
        var list = $"{name}_list.{level}";
        if (!head.Has($"{name}{level}") && head.Has(list))
        {
            return head.Sub(list);
        }

        head.Ignore(list);
        return head.Sub($"{name}{level}");
    }

    private static GraphTensor ConvNorm(GraphBuilder graph, GraphTensor x, WeightScope layer, ConvSpec spec, Activation activation) =>
        graph.Conv(x, layer.Sub("conv"), spec, layer.Sub("norm"), activation);
}
