using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;
using static PPLCNet.Vision.Backbone.Networks.DeepLab.DeepLabV3PlusSpec;

namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>
/// The decoder's first stage, pointwise(depthwise(enlarge(pyramid) ++ low)), with the expensive 1x1 convolution before the
/// enlargement.
/// </summary>
/// <remarks>
/// For tap k of the depthwise kernel, out(p) = sum over k of enlarge(Y_k)(p + k) with Y_k = (W diag(d_k)) pyramid: nine 1x1
/// convolutions on the small map instead of one on the map of 64 times as many pixels. Enlarging, shifting (zeros beyond the
/// border) and adding is linear and separable, so it is one matrix product along each axis: [.., h, 3w] x [3w, W], then [H,
/// 3h] x [3h, W]. Exact but for rounding.
/// </remarks>
internal static class CommutedStage
{
    private const int Taps = 3;

    /// <summary>Whether this form takes clearly fewer multiply-adds than working on the enlarged map.</summary>
    public static bool IsCheaper(GraphTensor pyramid, GraphTensor low)
    {
        long h = pyramid.Height, w = pyramid.Width, height = low.Height, width = low.Width;
        var direct = (long)PyramidChannels * (DecoderChannels + (Taps * Taps)) * height * width;
        var commuted = ((long)PyramidChannels * DecoderChannels * Taps * Taps * h * w)
            + (DecoderChannels * ((Taps * h * Taps * w * width) + (height * Taps * h * width)));
        return commuted < direct * 3 / 4;
    }

    /// <summary>Adds the stage. Reads <c>depthwise_conv</c> and <c>piontwise_conv</c>.</summary>
    /// <returns>[N, 256, H, W] after its ReLU.</returns>
    public static GraphTensor Add(GraphBuilder graph, GraphTensor pyramid, GraphTensor low, WeightScope layer, bool alignCorners)
    {
        var depthwise = DecoderFolding.FoldDepthwise(layer.Sub("depthwise_conv"), PyramidChannels + LowChannels);
        var pointwise = DecoderFolding.Fold(layer.Sub("piontwise_conv"), DecoderChannels, PyramidChannels + LowChannels);
        var (wide, narrow) = DecoderFolding.SplitInputs(pointwise, PyramidChannels);

        // [N, 256 * 3 * 3, h, w], channels ordered (output, vertical tap, horizontal tap).
        var taps = graph.Conv(pyramid, $"{layer.Prefix}.taps", TapKernels(depthwise, wide), new ConvSpec(DecoderChannels * Taps * Taps, 1));
        var enlarged = Enlarge(graph, taps, pyramid, low, layer.Prefix, alignCorners);

        var small = new ConvSpec(LowChannels, Taps) { Groups = LowChannels };
        var fine = graph.Conv(low, $"{layer.Prefix}.low.depthwise", LowDepthwise(depthwise), small);
        var bias = Bias(depthwise, wide);
        var rest = DecoderFolding.Pointwise(narrow.Kernel, DecoderChannels, LowChannels, bias);
        var sum = graph.Add(graph.Conv(fine, $"{layer.Prefix}.low.pointwise", rest, new ConvSpec(DecoderChannels, 1)), enlarged);
        return graph.Activate(sum, Activation.Relu);
    }

    private static GraphTensor Enlarge(GraphBuilder graph, GraphTensor taps, GraphTensor pyramid, GraphTensor low, string name, bool alignCorners)
    {
        var (h, w) = (pyramid.Height, pyramid.Width);
        var columns = Shifts(BilinearAxis.Create(w, low.Width, alignCorners)); // [W, 3w]
        var rows = Shifts(BilinearAxis.Create(h, low.Height, alignCorners)); // [H, 3h]
        var right = graph.Constant($"{name}.columns", [Taps * w, low.Width], Transpose(columns, low.Width, Taps * w));
        var left = graph.Constant($"{name}.rows", [low.Height, Taps * h], rows);

        // (o, ky), kx, h, w -> (o, ky), h, (kx, w); the batch stays in front.
        var split = graph.Reshape(taps, -1, Taps, h, w);
        var turned = graph.Reshape(graph.Transpose(split, 0, 2, 1, 3), -1, DecoderChannels * Taps, h, Taps * w);
        var wide = graph.MatMul(turned, right); // [N, (o, ky), h, W]
        var stacked = graph.Reshape(wide, -1, DecoderChannels, Taps * h, low.Width); // [N, o, (ky, h), W]
        return graph.MatMul(left, stacked); // [N, o, H, W]
    }

    /// <summary>W[o, c] * d[c, ky, kx] as a 1x1 convolution with outputs (o, ky, kx).</summary>
    private static FoldedConv TapKernels(FoldedConv depthwise, FoldedConv wide)
    {
        var kernel = new float[DecoderChannels * Taps * Taps * PyramidChannels];
        for (var o = 0; o < DecoderChannels; o++)
        {
            for (var tap = 0; tap < Taps * Taps; tap++)
            {
                for (var c = 0; c < PyramidChannels; c++)
                {
                    kernel[((((o * Taps * Taps) + tap) * PyramidChannels) + c)] =
                        wide.Kernel[(o * PyramidChannels) + c] * depthwise.Kernel[(c * Taps * Taps) + tap];
                }
            }
        }

        return DecoderFolding.Pointwise(kernel, DecoderChannels * Taps * Taps, PyramidChannels, null);
    }

    private static FoldedConv LowDepthwise(FoldedConv depthwise) => new(
        new WeightTensor([LowChannels, 1, Taps, Taps], depthwise.Kernel[(PyramidChannels * Taps * Taps)..]),
        new WeightTensor([LowChannels], depthwise.Bias![PyramidChannels..]));

    /// <summary>The pointwise bias and what the depthwise biases of the pyramid's channels add to it everywhere.</summary>
    private static float[] Bias(FoldedConv depthwise, FoldedConv wide)
    {
        var bias = new float[DecoderChannels];
        for (var o = 0; o < bias.Length; o++)
        {
            double sum = wide.Bias![o];
            for (var c = 0; c < PyramidChannels; c++)
            {
                sum += (double)wide.Kernel[(o * PyramidChannels) + c] * depthwise.Bias![c];
            }

            bias[o] = (float)sum;
        }

        return bias;
    }

    /// <summary>[target, (tap, source)]: how target + tap - 1 is made of the source samples; nothing beyond the border.</summary>
    private static float[] Shifts(BilinearAxis axis)
    {
        var (source, target) = (axis.SourceLength, axis.TargetLength);
        var matrix = new float[target * Taps * source];
        for (var i = 0; i < target; i++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                var from = i + tap - 1;
                if (from >= 0 && from < target)
                {
                    var row = matrix.AsSpan(((i * Taps) + tap) * source, source);
                    row[axis.Low[from]] += 1 - axis.HighWeight[from];
                    row[axis.High[from]] += axis.HighWeight[from];
                }
            }
        }

        return matrix;
    }

    private static float[] Transpose(float[] matrix, int rows, int columns)
    {
        var turned = new float[matrix.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                turned[(c * rows) + r] = matrix[(r * columns) + c];
            }
        }

        return turned;
    }
}
