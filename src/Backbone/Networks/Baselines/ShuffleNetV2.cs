using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Baselines;

/// <summary>ShuffleNetV2 (arXiv 1807.11164), weight names as in PaddleClas.</summary>
internal static class ShuffleNetV2
{
    private static readonly Dictionary<double, int[]> _widths = new()
    {
        [0.25] = [24, 24, 48, 96, 512],
        [0.33] = [24, 32, 64, 128, 512],
        [0.5] = [24, 48, 96, 192, 1024],
        [1.0] = [24, 116, 232, 464, 1024],
        [1.5] = [24, 176, 352, 704, 1024],
        [2.0] = [24, 224, 488, 976, 2048],
    };

    private static readonly int[] _repeats = [4, 8, 4];

    /// <summary>Head: the last convolution belongs to the network, there is no dropout.</summary>
    public static ClassifierSpec Head { get; } = new() { LastConv = false, LayerName = "_fc" };

    /// <summary>Adds the network with its last convolution, which is the coarsest tap.</summary>
    /// <exception cref="ArgumentException">The scale is none of the published ones.</exception>
    public static FeatureMaps AddTo(GraphBuilder graph, GraphTensor image, WeightScope weights, double scale = 1)
    {
        var widths = _widths.TryGetValue(scale, out var found)
            ? found
            : throw new ArgumentException($"ShuffleNetV2 is defined at scales {string.Join(", ", _widths.Keys)}, not {scale}.", nameof(scale));
        var taps = new StageTaps();
        var x = taps.Add(Conv(graph, image, weights.Sub("_conv1"), new ConvSpec(widths[0], 3) { Stride = 2 }, true), 2);
        x = taps.Add(graph.MaxPool(x, 3, 2, 1), 2);
        for (var stage = 0; stage < _repeats.Length; stage++)
        {
            x = taps.Add(Down(graph, x, weights.Sub($"{stage + 2}_1"), widths[stage + 1]), 2);
            for (var i = 1; i < _repeats[stage]; i++)
            {
                x = taps.Add(Keep(graph, x, weights.Sub($"{stage + 2}_{i + 1}")), 1);
            }
        }

        taps.Add(Conv(graph, x, weights.Sub("_last_conv"), new ConvSpec(widths[^1], 1), true), 1);
        return taps.ToFeatureMaps();
    }

    private static GraphTensor Down(GraphBuilder graph, GraphTensor x, WeightScope block, int channels)
    {
        var half = channels / 2;
        var a = Conv(graph, x, block.Sub("_conv_dw_1"), Depthwise(x.Channels, 2), false);
        a = Conv(graph, a, block.Sub("_conv_linear_1"), new ConvSpec(half, 1), true);
        var b = Conv(graph, x, block.Sub("_conv_pw_2"), new ConvSpec(half, 1), true);
        b = Conv(graph, b, block.Sub("_conv_dw_2"), Depthwise(half, 2), false);
        b = Conv(graph, b, block.Sub("_conv_linear_2"), new ConvSpec(half, 1), true);
        return graph.ChannelShuffle(graph.Concat(1, a, b), 2);
    }

    private static GraphTensor Keep(GraphBuilder graph, GraphTensor x, WeightScope block)
    {
        var half = x.Channels / 2;
        var parts = graph.Split(x, 1, half, half);
        var b = Conv(graph, parts[1], block.Sub("_conv_pw"), new ConvSpec(half, 1), true);
        b = Conv(graph, b, block.Sub("_conv_dw"), Depthwise(half, 1), false);
        b = Conv(graph, b, block.Sub("_conv_linear"), new ConvSpec(half, 1), true);
        return graph.ChannelShuffle(graph.Concat(1, parts[0], b), 2);
    }

    private static ConvSpec Depthwise(int channels, int stride) => new(channels, 3) { Stride = stride, Groups = channels };

    private static GraphTensor Conv(GraphBuilder graph, GraphTensor x, WeightScope layer, ConvSpec spec, bool relu) =>
        graph.Conv(x, layer.Sub("_conv"), spec, layer.Sub("_batch_norm"), relu ? Activation.Relu : Activation.None);
}
