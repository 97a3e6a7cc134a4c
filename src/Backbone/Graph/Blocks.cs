using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>Blocks of several layers that networks here share.</summary>
internal static class Blocks
{
    /// <summary>
    /// Depthwise-separable block: depthwise k x k + norm + activation, optional squeeze-and-excitation, 1x1 + norm +
    /// activation. Reads <c>dw_conv.{conv,bn}</c>, <c>se.{conv1,conv2}</c>, <c>pw_conv.{conv,bn}</c>. No skip connection.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="block">Where the block's weights lie.</param>
    /// <param name="outChannels">Output channels.</param>
    /// <param name="kernel">Depthwise kernel.</param>
    /// <param name="stride">Depthwise stride.</param>
    /// <param name="activation">After both convolutions.</param>
    /// <param name="squeeze">Whether squeeze-and-excitation stands between them.</param>
    /// <param name="dilation">Depthwise dilation.</param>
    public static GraphTensor DepthwiseSeparable(
        this GraphBuilder graph,
        GraphTensor x,
        WeightScope block,
        int outChannels,
        Hw kernel,
        Hw stride,
        Activation activation,
        bool squeeze = false,
        int dilation = 1)
    {
        var depthwise = new ConvSpec(x.Channels, kernel) { Stride = stride, Groups = x.Channels, Dilation = dilation };
        var y = graph.ConvNorm(x, block.Sub("dw_conv"), depthwise, activation);
        if (squeeze)
        {
            y = graph.SqueezeExcite(y, block.Sub("se"));
        }

        return graph.ConvNorm(y, block.Sub("pw_conv"), new ConvSpec(outChannels, 1), activation);
    }

    /// <summary>
    /// Squeeze-and-excitation: x * gate(conv2(relu(conv1(mean of x)))), with biases. Reads <c>conv1</c> and <c>conv2</c>.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="se">Where the two convolutions lie.</param>
    /// <param name="reduction">C divided by it, as integers, is the width in the middle.</param>
    /// <param name="gate">Hard-sigmoid of slope 1/6 in PP-LCNet, sigmoid in PP-LCNetV2.</param>
    public static GraphTensor SqueezeExcite(
        this GraphBuilder graph,
        GraphTensor x,
        WeightScope se,
        int reduction = 4,
        Activation gate = Activation.HardSigmoid)
    {
        var mean = graph.GlobalAveragePool(x);
        var middle = graph.Conv(mean, se.Sub("conv1"), new ConvSpec(x.Channels / reduction, 1) { Bias = true }, null, Activation.Relu);
        return graph.Mul(x, graph.Conv(middle, se.Sub("conv2"), new ConvSpec(x.Channels, 1) { Bias = true }, null, gate));
    }

    /// <summary>Channel shuffle: channel g * (C / groups) + i moves to i * groups + g.</summary>
    public static GraphTensor ChannelShuffle(this GraphBuilder graph, GraphTensor x, int groups)
    {
        // [N, C, H, W] -> [N * groups, C / groups, H, W] would need the batch; [N, g, C/g, H * W] does not.
        var split = graph.Node(
            "Reshape",
            [x, graph.Constant(0, groups, x.Channels / groups, -1)],
            [x.Shape[0], groups, x.Channels / groups, x.HasStaticSize ? x.Height * x.Width : GraphTensor.Dynamic]);
        var turned = graph.Transpose(split, 0, 2, 1, 3);
        GraphTensor shape = x.HasStaticSize
            ? graph.Constant(0, x.Channels, x.Height, x.Width)
            : graph.Node("Shape", [x], [4]);
        return graph.Node("Reshape", [turned, shape], x.Shape);
    }
}
