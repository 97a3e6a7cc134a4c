using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>Blocks that neck and head share.</summary>
internal static class PicoBlocks
{
    /// <summary>Kernel of every depthwise convolution of neck and head.</summary>
    public const int Kernel = 5;

    /// <summary>Depthwise k x k, norm, activation; 1x1, norm, activation. Reads <c>dwconv, bn1, pwconv, bn2</c>.</summary>
    public static GraphTensor DepthwisePair(this GraphBuilder graph, GraphTensor x, WeightScope block, int stride, Activation activation)
    {
        var depthwise = new ConvSpec(x.Channels, Kernel) { Stride = stride, Groups = x.Channels };
        x = graph.Conv(x, block.Sub("dwconv"), depthwise, block.Sub("bn1"), activation);
        return graph.Conv(x, block.Sub("pwconv"), new ConvSpec(x.Channels, 1), block.Sub("bn2"), activation);
    }

    /// <summary>Two depthwise-separable blocks, the second to half the channels. Reads <c>0</c> and <c>1</c>.</summary>
    /// <remarks>These are hard-swish whatever the neck's activation is, as in the official code.</remarks>
    public static GraphTensor SeparableBlocks(this GraphBuilder graph, GraphTensor x, WeightScope block, int channels)
    {
        x = graph.DepthwiseSeparable(x, block.Sub("0"), x.Channels, Kernel, 1, Activation.HardSwish);
        return graph.DepthwiseSeparable(x, block.Sub("1"), channels, Kernel, 1, Activation.HardSwish);
    }

    /// <summary>
    /// Cross-stage partial layer without a skip inside: half the channels through a bottleneck, half beside it, joined (the
    /// bottleneck first). Reads <c>main_conv, blocks.0, short_conv, final_conv</c>.
    /// </summary>
    public static GraphTensor CspLayer(this GraphBuilder graph, GraphTensor x, WeightScope layer, int channels, Activation activation)
    {
        var half = new ConvSpec(channels / 2, 1);
        var main = graph.ConvNorm(x, layer.Sub("main_conv"), half, activation);
        main = graph.ConvNorm(main, layer.Sub("blocks.0.conv1"), half, activation);
        main = graph.DepthwisePair(main, layer.Sub("blocks.0.conv2"), 1, activation);
        var beside = graph.ConvNorm(x, layer.Sub("short_conv"), half, activation);
        return graph.ConvNorm(graph.Concat(1, main, beside), layer.Sub("final_conv"), new ConvSpec(channels, 1), activation);
    }
}
