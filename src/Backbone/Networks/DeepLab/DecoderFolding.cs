using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>Convolutions taken apart after their batch norm was folded in.</summary>
internal static class DecoderFolding
{
    /// <summary>
    /// A 1x1 convolution with bias and batch norm, <c>_conv</c> and <c>_batch_norm</c> below <paramref name="layer"/>.
    /// </summary>
    public static FoldedConv Fold(WeightScope layer, int outputs, int inputs) => Fold(layer, outputs, inputs, 1);

    /// <summary>A depthwise 3x3 convolution with bias and batch norm.</summary>
    public static FoldedConv FoldDepthwise(WeightScope layer, int channels) => Fold(layer, channels, 1, 3);

    /// <summary>
    /// Cuts a 1x1 convolution by its inputs: the first keep the bias, the rest have none; the outputs add to the whole.
    /// </summary>
    public static (FoldedConv Front, FoldedConv Back) SplitInputs(FoldedConv conv, int first)
    {
        var (outputs, inputs) = (conv.KernelShape[0], conv.KernelShape[1]);
        var head = new float[outputs * first];
        var tail = new float[outputs * (inputs - first)];
        for (var o = 0; o < outputs; o++)
        {
            var row = conv.Kernel.AsSpan(o * inputs, inputs);
            row[..first].CopyTo(head.AsSpan(o * first));
            row[first..].CopyTo(tail.AsSpan(o * (inputs - first)));
        }

        return (Pointwise(head, outputs, first, conv.Bias), Pointwise(tail, outputs, inputs - first, null));
    }

    /// <summary>A 1x1 convolution of these weights.</summary>
    public static FoldedConv Pointwise(float[] kernel, int outputs, int inputs, float[]? bias) =>
        new(new WeightTensor([outputs, inputs, 1, 1], kernel), bias is null ? null : new WeightTensor([outputs], bias));

    private static FoldedConv Fold(WeightScope layer, int outputs, int inputs, int kernel)
    {
        var conv = layer.Sub("_conv");
        return new FoldedConv(conv.Take("weight", outputs, inputs, kernel, kernel), conv.Take("bias", outputs))
            .Fold(BatchNorm.Take(layer.Sub("_batch_norm"), outputs));
    }
}
