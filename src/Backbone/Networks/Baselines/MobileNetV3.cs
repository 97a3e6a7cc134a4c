using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.Baselines;

/// <summary>
/// MobileNetV3 (arXiv 1905.02244) as data, weight names as in PaddleClas; its gate is a hard-sigmoid of slope 0.2.
/// </summary>
internal sealed class MobileNetV3
{
    private const Activation Re = Activation.Relu;
    private const Activation Hs = Activation.HardSwish;

    private readonly (int Kernel, int Expansion, int Out, bool Squeeze, Activation Activation, int Stride)[] _blocks;
    private readonly int _lastWidth;

    private MobileNetV3((int, int, int, bool, Activation, int)[] blocks, int lastWidth)
    {
        _blocks = blocks;
        _lastWidth = lastWidth;
    }

    /// <summary>The large variant.</summary>
    public static MobileNetV3 Large { get; } = new(
        [
            (3, 16, 16, false, Re, 1), (3, 64, 24, false, Re, 2), (3, 72, 24, false, Re, 1),
            (5, 72, 40, true, Re, 2), (5, 120, 40, true, Re, 1), (5, 120, 40, true, Re, 1),
            (3, 240, 80, false, Hs, 2), (3, 200, 80, false, Hs, 1), (3, 184, 80, false, Hs, 1), (3, 184, 80, false, Hs, 1),
            (3, 480, 112, true, Hs, 1), (3, 672, 112, true, Hs, 1),
            (5, 672, 160, true, Hs, 2), (5, 960, 160, true, Hs, 1), (5, 960, 160, true, Hs, 1),
        ],
        960);

    /// <summary>The small variant.</summary>
    public static MobileNetV3 Small { get; } = new(
        [
            (3, 16, 16, true, Re, 2), (3, 72, 24, false, Re, 2), (3, 88, 24, false, Re, 1),
            (5, 96, 40, true, Hs, 2), (5, 240, 40, true, Hs, 1), (5, 240, 40, true, Hs, 1),
            (5, 120, 48, true, Hs, 1), (5, 144, 48, true, Hs, 1),
            (5, 288, 96, true, Hs, 2), (5, 576, 96, true, Hs, 1), (5, 576, 96, true, Hs, 1),
        ],
        576);

    /// <summary>Head: as PP-LCNet's, on <see cref="LastConv"/>.</summary>
    public static ClassifierSpec Head { get; } = new();

    /// <summary>Adds stem and blocks.</summary>
    public FeatureMaps AddTo(GraphBuilder graph, GraphTensor image, WeightScope weights, double scale = 1)
    {
        int Width(int channels) => Channels.MakeDivisible(channels * scale);
        var taps = new StageTaps();
        var x = taps.Add(graph.ConvNorm(image, weights.Sub("conv"), new ConvSpec(Width(16), 3) { Stride = 2 }, Hs), 2);
        for (var i = 0; i < _blocks.Length; i++)
        {
            var (kernel, expansion, channels, squeeze, activation, stride) = _blocks[i];
            var block = weights.Sub($"blocks.{i}");
            var middle = Width(expansion);
            var y = graph.ConvNorm(x, block.Sub("expand_conv"), new ConvSpec(middle, 1), activation);
            var depthwise = new ConvSpec(middle, kernel) { Stride = stride, Groups = middle };
            y = graph.ConvNorm(y, block.Sub("bottleneck_conv"), depthwise, activation);
            if (squeeze)
            {
                y = graph.SqueezeExcite(y, block.Sub("mid_se"), gate: Activation.HardSigmoidFifth);
            }

            y = graph.ConvNorm(y, block.Sub("linear_conv"), new ConvSpec(Width(channels), 1));
            x = taps.Add(stride == 1 && x.Channels == y.Channels ? graph.Add(x, y) : y, stride);
        }

        return taps.ToFeatureMaps();
    }

    /// <summary>The convolution between the last block and the classifier.</summary>
    public GraphTensor LastConv(GraphBuilder graph, GraphTensor features, WeightScope weights, double scale = 1) =>
        graph.ConvNorm(features, weights.Sub("last_second_conv"), new ConvSpec(Channels.MakeDivisible(_lastWidth * scale), 1), Hs);
}
