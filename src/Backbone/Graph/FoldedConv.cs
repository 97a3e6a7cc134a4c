using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>
/// Kernel and bias of a convolution after batch norms, scales or parallel branches were merged into them. Immutable.
/// </summary>
internal sealed class FoldedConv
{
    /// <summary>A convolution as it is stored.</summary>
    public FoldedConv(WeightTensor kernel, WeightTensor? bias)
        : this(kernel.Shape, kernel.Values, bias?.Values)
    {
    }

    private FoldedConv(IReadOnlyList<int> shape, float[] kernel, float[]? bias)
    {
        KernelShape = shape;
        Kernel = kernel;
        Bias = bias;
    }

    /// <summary>Kernel and bias as they are.</summary>
    internal static FoldedConv Of(IReadOnlyList<int> shape, float[] kernel, float[]? bias) => new(shape, kernel, bias);

    /// <summary>[out, in / groups, kh, kw]; transposed convolutions [in, out, kh, kw].</summary>
    public IReadOnlyList<int> KernelShape { get; }

    /// <summary>Kernel values.</summary>
    public float[] Kernel { get; }

    /// <summary>Bias values [out], or null.</summary>
    public float[]? Bias { get; }

    /// <summary>
    /// Merges the batch norm that follows: W' = W * factor, b' = b * factor + shift. Computed in double, rounded once.
    /// </summary>
    public FoldedConv Fold(BatchNorm norm) => Fold(norm, Kernel.Length / norm.Factor.Length);

    /// <summary>The same for a transposed convolution, whose output channels are the second dimension.</summary>
    public FoldedConv FoldTransposed(BatchNorm norm) => Fold(norm, KernelShape[2] * KernelShape[3]);

    /// <summary>Multiplies kernel and bias by a number.</summary>
    public FoldedConv Scale(float factor) =>
        new(KernelShape, [.. Kernel.Select(k => k * factor)], Bias is null ? null : [.. Bias.Select(b => b * factor)]);

    /// <summary>
    /// The sum of parallel branches that read one input: smaller odd kernels are padded with zeros to the largest.
    /// </summary>
    public static FoldedConv Sum(IReadOnlyList<FoldedConv> branches)
    {
        var shape = branches.MaxBy(b => b.KernelShape[2])!.KernelShape;
        var (height, width) = (shape[2], shape[3]);
        var kernel = new double[shape.Aggregate(1, (product, d) => product * d)];
        var bias = new double[shape[0]];
        foreach (var branch in branches)
        {
            var (h, w) = (branch.KernelShape[2], branch.KernelShape[3]);
            var (top, left) = ((height - h) / 2, (width - w) / 2);
            for (var i = 0; i < branch.Kernel.Length; i++)
            {
                var (plane, y, x) = (i / (h * w), i / w % h, i % w);
                kernel[(plane * height * width) + ((top + y) * width) + left + x] += branch.Kernel[i];
            }

            for (var i = 0; i < (branch.Bias?.Length ?? 0); i++)
            {
                bias[i] += branch.Bias![i];
            }
        }

        return new FoldedConv(shape, [.. kernel.Select(k => (float)k)], [.. bias.Select(b => (float)b)]);
    }

    /// <param name="norm">The batch norm.</param>
    /// <param name="run">Values in a row that belong to one output channel; the channels take turns.</param>
    private FoldedConv Fold(BatchNorm norm, int run)
    {
        var channels = norm.Factor.Length;
        var kernel = new float[Kernel.Length];
        for (var i = 0; i < kernel.Length; i++)
        {
            kernel[i] = (float)(Kernel[i] * norm.Factor[i / run % channels]);
        }

        var bias = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            bias[c] = (float)(((Bias?[c] ?? 0) * norm.Factor[c]) + norm.Shift[c]);
        }

        return new FoldedConv(KernelShape, kernel, bias);
    }
}
