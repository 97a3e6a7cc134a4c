using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Baselines;

/// <summary>MobileNetV1 (arXiv 1704.04861), weight names as in PaddleClas.</summary>
internal static class MobileNetV1
{
    private static readonly (int Out, int Stride)[] _blocks =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
        (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    /// <summary>Head: no 1x1 convolution and no dropout.</summary>
    public static ClassifierSpec Head { get; } = new() { LastConv = false };

    /// <summary>Adds the network without its head.</summary>
    public static FeatureMaps AddTo(GraphBuilder graph, GraphTensor image, WeightScope weights, double scale = 1)
    {
        int Width(int channels) => (int)(channels * scale);
        var taps = new StageTaps();
        var stem = new ConvSpec(Width(32), 3) { Stride = 2 };
        var x = taps.Add(graph.ConvNorm(image, weights.Sub("conv"), stem, Activation.Relu), 2);
        for (var i = 0; i < _blocks.Length; i++)
        {
            var (channels, stride) = _blocks[i];
            var block = weights.Sub($"blocks.{i}");
            var depthwise = new ConvSpec(x.Channels, 3) { Stride = stride, Groups = x.Channels };
            x = graph.ConvNorm(x, block.Sub("depthwise_conv"), depthwise, Activation.Relu);
            x = taps.Add(graph.ConvNorm(x, block.Sub("pointwise_conv"), new ConvSpec(Width(channels), 1), Activation.Relu), stride);
        }

        return taps.ToFeatureMaps();
    }
}
