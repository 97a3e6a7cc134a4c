using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Graph;

public sealed partial class GraphBuilder
{
    /// <summary>A convolution with its batch norm folded in, and its activation.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="conv">Where <c>weight</c> [out, C / groups, kh, kw] and, if the specification says so, <c>bias</c> [out]
    /// lie.</param>
    /// <param name="spec">Kernel, stride, groups and so on.</param>
    /// <param name="norm">Where the batch norm's <c>weight</c>, <c>bias</c>, <c>_mean</c>, <c>_variance</c> lie; null for
    /// none.</param>
    /// <param name="activation">What follows.</param>
    /// <returns>[N, out, H', W'].</returns>
    /// <exception cref="ArgumentException">Groups do not divide the channels.</exception>
    public GraphTensor Conv(
        GraphTensor x,
        WeightScope conv,
        ConvSpec spec,
        WeightScope? norm = null,
        Activation activation = Activation.None)
    {
        if (x.Channels % spec.Groups != 0 || spec.Out % spec.Groups != 0)
        {
            throw new ArgumentException($"{spec.Groups} groups do not divide {x.Channels} into {spec.Out} channels ('{conv.Prefix}').", nameof(spec));
        }

        var kernel = conv.Take("weight", spec.Out, x.Channels / spec.Groups, spec.Kernel.H, spec.Kernel.W);
        var bias = spec.Bias ? conv.Take("bias", spec.Out) : null;
        var parameters = (long)kernel.Values.Length + (bias?.Values.Length ?? 0);
        var folded = new FoldedConv(kernel, bias);
        if (norm is not null)
        {
            folded = folded.Fold(BatchNorm.Take(norm, spec.Out));
            parameters += 2L * spec.Out;
        }

        return Conv(x, conv.Prefix, folded, spec, activation, parameters, norm is not null);
    }

    /// <summary>
    /// A layer whose convolution lies under <c>conv</c> and whose batch norm lies under <c>bn</c>, as in Paddle's networks.
    /// </summary>
    public GraphTensor ConvNorm(GraphTensor x, WeightScope layer, ConvSpec spec, Activation activation = Activation.None) =>
        Conv(x, layer.Sub("conv"), spec, layer.Sub("bn"), activation);

    /// <summary>A convolution of weights that were already merged, such as the sum of parallel branches.</summary>
    internal GraphTensor Conv(
        GraphTensor x,
        string name,
        FoldedConv weights,
        ConvSpec spec,
        Activation activation = Activation.None) =>
        Conv(x, name, weights, spec, activation, weights.Kernel.Length + (weights.Bias?.Length ?? 0), false);

    /// <summary>A transposed convolution.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="conv">Where <c>weight</c> [C, out, kh, kw] and, if the specification says so, <c>bias</c> [out] lie.</param>
    /// <param name="spec">Kernel, stride and padding (none unless given); groups and dilation must be 1.</param>
    /// <param name="norm">Batch norm that follows, folded in; null for none.</param>
    /// <param name="activation">What follows.</param>
    /// <returns>[N, out, (H - 1) * stride + kernel - 2 * padding, ...].</returns>
    public GraphTensor ConvTranspose(
        GraphTensor x,
        WeightScope conv,
        ConvSpec spec,
        WeightScope? norm = null,
        Activation activation = Activation.None)
    {
        if (spec.Groups != 1 || spec.Dilation != 1)
        {
            throw new ArgumentException("Transposed convolutions are written without groups and dilation.", nameof(spec));
        }

        var kernel = conv.Take("weight", x.Channels, spec.Out, spec.Kernel.H, spec.Kernel.W);
        var bias = spec.Bias ? conv.Take("bias", spec.Out) : null;
        var parameters = (long)kernel.Values.Length + (bias?.Values.Length ?? 0);
        var folded = new FoldedConv(kernel, bias);
        if (norm is not null)
        {
            folded = folded.FoldTransposed(BatchNorm.Take(norm, spec.Out));
            parameters += 2L * spec.Out;
        }

        var padding = spec.Padding ?? 0;
        int Size(int size, int stride, int k, int pad) => size < 0 ? size : ((size - 1) * stride) + k - (2 * pad);
        int[] shape =
        [
            x.Shape[0], spec.Out,
            Size(x.Height, spec.Stride.H, spec.Kernel.H, padding.H), Size(x.Width, spec.Stride.W, spec.Kernel.W, padding.W),
        ];
        var y = Node(
            "ConvTranspose",
            Inputs(x, conv.Prefix, folded),
            shape,
            GraphAttribute.Of("kernel_shape", spec.Kernel.H, spec.Kernel.W),
            GraphAttribute.Of("strides", spec.Stride.H, spec.Stride.W),
            GraphAttribute.Of("pads", padding.H, padding.W, padding.H, padding.W));
        AddLayer(conv.Prefix, Describe("deconv", spec, norm is not null, activation), y, parameters, PerImage(x) * spec.Out * spec.Kernel.H * spec.Kernel.W);
        return Activate(y, activation);
    }

    private GraphTensor Conv(
        GraphTensor x, string name, FoldedConv weights, ConvSpec spec, Activation activation, long parameters, bool norm)
    {
        var padding = spec.ActualPadding;
        int[] shape =
        [
            x.Shape[0], spec.Out,
            WindowCount(x.Height, spec.Kernel.H, spec.Stride.H, spec.Dilation.H, padding.H),
            WindowCount(x.Width, spec.Kernel.W, spec.Stride.W, spec.Dilation.W, padding.W),
        ];
        var y = Node(
            "Conv",
            Inputs(x, name, weights),
            shape,
            GraphAttribute.Of("kernel_shape", spec.Kernel.H, spec.Kernel.W),
            GraphAttribute.Of("strides", spec.Stride.H, spec.Stride.W),
            GraphAttribute.Of("dilations", spec.Dilation.H, spec.Dilation.W),
            GraphAttribute.Of("pads", padding.H, padding.W, padding.H, padding.W),
            GraphAttribute.Of("group", spec.Groups));
        var depthwise = spec.Groups > 1 && spec.Groups == x.Channels;
        AddLayer(
            name,
            Describe(depthwise ? "dw conv" : "conv", spec, norm, activation),
            y,
            parameters,
            PerImage(y) * (x.Channels / spec.Groups) * spec.Kernel.H * spec.Kernel.W);
        return Activate(y, activation);
    }

    private List<GraphTensor?> Inputs(GraphTensor x, string name, FoldedConv weights)
    {
        List<GraphTensor?> inputs = [x, Constant($"{name}.weight", weights.KernelShape, weights.Kernel)];
        if (weights.Bias is { } bias)
        {
            inputs.Add(Constant($"{name}.bias", [bias.Length], bias));
        }

        return inputs;
    }

    /// <summary>Positions of a window along one axis; unknown sizes stay unknown.</summary>
    private static int WindowCount(int size, int kernel, int stride, int dilation, int padding) =>
        size < 0 ? size : ((size + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;

    private static long? PerImage(GraphTensor tensor) =>
        tensor.Shape.Skip(1).Any(d => d < 0) ? null : tensor.Shape.Skip(1).Aggregate(1L, (product, d) => product * d);

    private static string Describe(string kind, ConvSpec spec, bool norm, Activation activation) =>
        $"{kind} {spec.Kernel.H}x{spec.Kernel.W}"
        + (spec.Stride == 1 ? "" : $" /{spec.Stride}")
        + (spec.Dilation == 1 ? "" : $" dilation {spec.Dilation}")
        + (norm ? " + norm" : "")
        + (activation == Activation.None ? "" : $" + {activation}");
}
