namespace PPLCNet.Vision.Backbone.Graph;

public sealed partial class GraphBuilder
{
    /// <summary>Mean over height and width: [N, C, H, W] to [N, C, 1, 1].</summary>
    public GraphTensor GlobalAveragePool(GraphTensor x) => Node("GlobalAveragePool", [x], [x.Shape[0], x.Channels, 1, 1]);

    /// <summary>Largest value of each window.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window.</param>
    /// <param name="stride">Step.</param>
    /// <param name="padding">Padding on both sides.</param>
    public GraphTensor MaxPool(GraphTensor x, Hw kernel, Hw stride, Hw padding = default) =>
        Pool("MaxPool", x, kernel, stride, padding, false);

    /// <summary>Mean of each window; padding does not count (Paddle's <c>exclusive</c>).</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window.</param>
    /// <param name="stride">Step.</param>
    /// <param name="padding">Padding on both sides.</param>
    /// <param name="ceil">Whether a last, partly covered window counts.</param>
    public GraphTensor AveragePool(GraphTensor x, Hw kernel, Hw stride, Hw padding = default, bool ceil = false) =>
        Pool("AveragePool", x, kernel, stride, padding, ceil);

    private GraphTensor Pool(string op, GraphTensor x, Hw kernel, Hw stride, Hw padding, bool ceil)
    {
        int Count(int size, int k, int s, int p) => WindowCount(ceil && size >= 0 ? size + s - 1 : size, k, s, 1, p);
        int[] shape =
        [
            x.Shape[0], x.Channels,
            Count(x.Height, kernel.H, stride.H, padding.H), Count(x.Width, kernel.W, stride.W, padding.W),
        ];
        return Node(
            op,
            [x],
            shape,
            GraphAttribute.Of("kernel_shape", kernel.H, kernel.W),
            GraphAttribute.Of("strides", stride.H, stride.W),
            GraphAttribute.Of("pads", padding.H, padding.W, padding.H, padding.W),
            GraphAttribute.Of("ceil_mode", ceil ? 1 : 0));
    }
}
