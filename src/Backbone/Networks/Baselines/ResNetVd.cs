using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Baselines;

/// <summary>ResNet50_vd (arXiv 1812.01187, the "D" variant), weight names as in PaddleClas.</summary>
internal static class ResNetVd
{
    private static readonly (int Width, int Count, int Stride)[] _stages = [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)];

    /// <summary>Head: no 1x1 convolution and no dropout.</summary>
    public static ClassifierSpec Head { get; } = new() { LastConv = false };

    /// <summary>Adds the network without its head.</summary>
    public static FeatureMaps AddTo(GraphBuilder graph, GraphTensor image, WeightScope weights)
    {
        var taps = new StageTaps();
        var x = graph.ConvNorm(image, weights.Sub("stem.0"), new ConvSpec(32, 3) { Stride = 2 }, Activation.Relu);
        x = graph.ConvNorm(x, weights.Sub("stem.1"), new ConvSpec(32, 3), Activation.Relu);
        x = taps.Add(graph.ConvNorm(x, weights.Sub("stem.2"), new ConvSpec(64, 3), Activation.Relu), 2);
        x = taps.Add(graph.MaxPool(x, 3, 2, 1), 2);
        var index = 0;
        foreach (var (width, count, stride) in _stages)
        {
            for (var i = 0; i < count; i++, index++)
            {
                x = taps.Add(Block(graph, x, weights.Sub($"blocks.{index}"), width, i == 0, i == 0 ? stride : 1), i == 0 ? stride : 1);
            }
        }

        return taps.ToFeatureMaps();
    }

    private static GraphTensor Block(GraphBuilder graph, GraphTensor x, WeightScope block, int width, bool projects, int stride)
    {
        var y = graph.ConvNorm(x, block.Sub("conv0"), new ConvSpec(width, 1), Activation.Relu);
        y = graph.ConvNorm(y, block.Sub("conv1"), new ConvSpec(width, 3) { Stride = stride }, Activation.Relu);
        y = graph.ConvNorm(y, block.Sub("conv2"), new ConvSpec(width * 4, 1));
        var skip = x;
        if (projects)
        {
            // The D variant halves the skip by averaging, so that no value is lost.
            skip = stride == 1 ? x : graph.AveragePool(x, stride, stride, ceil: true);
            skip = graph.ConvNorm(skip, block.Sub("short"), new ConvSpec(width * 4, 1));
        }

        return graph.Activate(graph.Add(y, skip), Activation.Relu);
    }
}
