using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;
using static PPLCNet.Vision.Backbone.Networks.DeepLab.DeepLabV3PlusSpec;

namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>The tensors of a DeepLabV3+ head, for tests and for heads that share them.</summary>
/// <param name="Branches">The pyramid's convolutions, [N, 256, h, w] each.</param>
/// <param name="Pooling">Image pooling, [N, 256, 1, 1].</param>
/// <param name="Pyramid">The pyramid's output, [N, 256, h, w].</param>
/// <param name="Low">The reduced stride-4 map, [N, 48, H, W].</param>
/// <param name="Middle">The decoder's last map, [N, 256, H, W].</param>
/// <param name="Logits">[N, classes, H, W]: at stride 4, not enlarged.</param>
internal sealed record DeepLabV3PlusMaps(
    IReadOnlyList<GraphTensor> Branches, GraphTensor Pooling, GraphTensor Pyramid, GraphTensor Low, GraphTensor Middle, GraphTensor Logits);

/// <summary>Writes DeepLabV3+ into a graph. Weight names are PaddleSeg's, its misspelt <c>piontwise_conv</c> included.</summary>
internal static class DeepLabV3Plus
{
    /// <summary>Backbone and head as a whole model; its output <c>logits</c> lies on the stride-4 grid.</summary>
    /// <param name="spec">Backbone, classes, ratios.</param>
    /// <param name="weights">Weights with <c>backbone.*</c> and <c>head.*</c>.</param>
    /// <param name="input">Input size; any size when null.</param>
    /// <exception cref="ModelFormatException">Weights are missing, misshapen or surplus.</exception>
    public static GraphBuilder Model(DeepLabV3PlusSpec spec, WeightScope weights, NetworkInput? input = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var graph = new GraphBuilder("deeplabv3p");
        var image = (input ?? NetworkInput.Any).AddTo(graph);
        var features = graph.PPLCNet(image, weights.Sub("backbone"), spec.Backbone);
        var maps = graph.DeepLabV3PlusHead(features.Stride4, features.Stride32, weights.Sub("head"), spec);
        graph.Output(maps.Logits, "logits");
        weights.Ignore("backbone.last_conv"); // some checkpoints keep the classifier's layers
        weights.Ignore("backbone.fc");
        weights.ThrowIfUnfit();
        return graph;
    }

    /// <summary>Adds pyramid and decoder behind any backbone.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="low">The map at stride 4, [N, Cl, H, W].</param>
    /// <param name="high">The last map, [N, Ch, h, w].</param>
    /// <param name="head">Where <c>aspp</c> and <c>decoder</c> lie.</param>
    /// <param name="spec">Classes, ratios and the form of the decoder.</param>
    public static DeepLabV3PlusMaps DeepLabV3PlusHead(
        this GraphBuilder graph, GraphTensor low, GraphTensor high, WeightScope head, DeepLabV3PlusSpec spec)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(spec);
        var (pyramid, branches, pooling) = Pyramid(graph, high, head.Sub("aspp"), spec);
        var decoder = head.Sub("decoder");
        var reduced = graph.ConvBnRelu(low, decoder.Sub("conv_bn_relu1"), LowChannels);
        var first = FirstStage(graph, pyramid, reduced, decoder.Sub("conv_bn_relu2"), spec);
        var middle = graph.SeparableConvBnRelu(first, decoder.Sub("conv_bn_relu3"), DecoderChannels);
        var logits = graph.Conv(middle, decoder.Sub("conv"), new ConvSpec(spec.Classes, 1) { Bias = true });
        return new DeepLabV3PlusMaps(branches, pooling, pyramid, reduced, middle, logits);
    }

    private static (GraphTensor Output, IReadOnlyList<GraphTensor> Branches, GraphTensor Pooling) Pyramid(
        GraphBuilder graph, GraphTensor high, WeightScope aspp, DeepLabV3PlusSpec spec)
    {
        var branches = spec.Ratios.Select((ratio, i) => ratio == 1
            ? graph.ConvBnRelu(high, aspp.Sub($"aspp_blocks.{i}"), PyramidChannels)
            : graph.SeparableConvBnRelu(high, aspp.Sub($"aspp_blocks.{i}"), PyramidChannels, ratio)).ToList();
        var pooling = graph.ConvBnRelu(graph.GlobalAveragePool(high), aspp.Sub("global_avg_pool.1"), PyramidChannels, bias: false);
        var fuse = aspp.Sub("conv_bn_relu");
        var mode = ModeOf(spec);
        if (spec.Decoder == DecoderForm.AsWritten)
        {
            var all = graph.Concat(1, [.. branches, graph.ResizeLike(pooling, high, mode)]);
            return (graph.ConvBnRelu(all, fuse, PyramidChannels), branches, pooling);
        }

        // Pooling is the same at every pixel, so its part of the 1x1 convolution is one vector an image.
        var width = PyramidChannels * branches.Count;
        var folded = DecoderFolding.Fold(fuse, PyramidChannels, width + PyramidChannels);
        var (map, vector) = DecoderFolding.SplitInputs(folded, width);
        var spread = graph.Conv(pooling, $"{fuse.Prefix}.pooling", vector, new ConvSpec(PyramidChannels, 1));
        var sum = graph.Add(graph.Conv(graph.Concat(1, branches), $"{fuse.Prefix}.branches", map, new ConvSpec(PyramidChannels, 1)), spread);
        return (graph.Activate(sum, Activation.Relu), branches, pooling);
    }

    private static GraphTensor FirstStage(
        GraphBuilder graph, GraphTensor pyramid, GraphTensor reduced, WeightScope layer, DeepLabV3PlusSpec spec)
    {
        var commuted = spec.Decoder switch
        {
            DecoderForm.Commuted => reduced.HasStaticSize && pyramid.HasStaticSize
                ? true
                : throw new ArgumentException("The commuted decoder needs an input of known size.", nameof(spec)),
            DecoderForm.Cheapest => reduced.HasStaticSize && pyramid.HasStaticSize && CommutedStage.IsCheaper(pyramid, reduced),
            _ => false,
        };
        if (commuted)
        {
            return CommutedStage.Add(graph, pyramid, reduced, layer, spec.AlignCorners);
        }

        var enlarged = graph.ResizeLike(pyramid, reduced, ModeOf(spec));
        return graph.SeparableConvBnRelu(graph.Concat(1, [enlarged, reduced]), layer, DecoderChannels);
    }

    private static ResizeMode ModeOf(DeepLabV3PlusSpec spec) => spec.AlignCorners ? ResizeMode.BilinearAlignCorners : ResizeMode.Bilinear;

    private static GraphTensor ConvBnRelu(this GraphBuilder graph, GraphTensor x, WeightScope layer, int channels, bool bias = true) =>
        graph.Conv(x, layer.Sub("_conv"), new ConvSpec(channels, 1) { Bias = bias }, layer.Sub("_batch_norm"), Activation.Relu);

    private static GraphTensor SeparableConvBnRelu(this GraphBuilder graph, GraphTensor x, WeightScope layer, int channels, int dilation = 1)
    {
        var depthwise = layer.Sub("depthwise_conv");
        var spec = new ConvSpec(x.Channels, 3) { Groups = x.Channels, Dilation = dilation, Bias = true };
        var y = graph.Conv(x, depthwise.Sub("_conv"), spec, depthwise.Sub("_batch_norm"));
        return graph.ConvBnRelu(y, layer.Sub("piontwise_conv"), channels);
    }
}
