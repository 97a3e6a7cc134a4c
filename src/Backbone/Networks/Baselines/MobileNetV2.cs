using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Baselines;

/// <summary>MobileNetV2 (arXiv 1801.04381), weight names as in PaddleClas.</summary>
internal static class MobileNetV2
{
    // Expansion, output channels, blocks, stride of the first.
    private static readonly (int Expansion, int Out, int Count, int Stride)[] _stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    /// <summary>Head: the last convolution belongs to the network, there is no dropout.</summary>
    public static ClassifierSpec Head { get; } = new() { LastConv = false, LayerName = "out" };

    /// <summary>Adds the network with its last convolution (<c>conv9</c>), which is the coarsest tap.</summary>
    public static FeatureMaps AddTo(GraphBuilder graph, GraphTensor image, WeightScope weights, double scale = 1)
    {
        int Width(int channels) => (int)(channels * scale);
        var taps = new StageTaps();
        var x = taps.Add(Conv(graph, image, weights.Sub("conv1"), new ConvSpec(Width(32), 3) { Stride = 2 }, Activation.Relu6), 2);
        for (var s = 0; s < _stages.Length; s++)
        {
            var (expansion, channels, count, stride) = _stages[s];
            for (var b = 0; b < count; b++)
            {
                var block = weights.Sub($"conv{s + 2}").Sub(b == 0 ? "_first_block" : $"conv{s + 2}_{b + 1}");
                x = taps.Add(Block(graph, x, block, Width(channels), expansion, b == 0 ? stride : 1, b > 0), b == 0 ? stride : 1);
            }
        }

        var last = new ConvSpec(scale > 1 ? Width(1280) : 1280, 1);
        taps.Add(Conv(graph, x, weights.Sub("conv9"), last, Activation.Relu6), 1);
        return taps.ToFeatureMaps();
    }

    private static GraphTensor Block(
        GraphBuilder graph, GraphTensor x, WeightScope block, int channels, int expansion, int stride, bool shortcut)
    {
        var middle = x.Channels * expansion;
        var y = Conv(graph, x, block.Sub("_expand_conv"), new ConvSpec(middle, 1), Activation.Relu6);
        y = Conv(graph, y, block.Sub("_bottleneck_conv"), new ConvSpec(middle, 3) { Stride = stride, Groups = middle }, Activation.Relu6);
        y = Conv(graph, y, block.Sub("_linear_conv"), new ConvSpec(channels, 1), Activation.None);
        return shortcut ? graph.Add(x, y) : y;
    }

    private static GraphTensor Conv(GraphBuilder graph, GraphTensor x, WeightScope layer, ConvSpec spec, Activation activation) =>
        graph.Conv(x, layer.Sub("_conv"), spec, layer.Sub("_batch_norm"), activation);
}
