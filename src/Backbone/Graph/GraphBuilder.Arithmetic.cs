using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Graph;

public sealed partial class GraphBuilder
{
    /// <summary>Sum, element by element, with broadcasting.</summary>
    public GraphTensor Add(GraphTensor a, GraphTensor b) => Node("Add", [a, b], Broadcast(a, b));

    /// <summary>Difference, element by element, with broadcasting.</summary>
    public GraphTensor Sub(GraphTensor a, GraphTensor b) => Node("Sub", [a, b], Broadcast(a, b));

    /// <summary>Product, element by element, with broadcasting.</summary>
    public GraphTensor Mul(GraphTensor a, GraphTensor b) => Node("Mul", [a, b], Broadcast(a, b));

    /// <summary>Quotient, element by element, with broadcasting.</summary>
    public GraphTensor Div(GraphTensor a, GraphTensor b) => Node("Div", [a, b], Broadcast(a, b));

    /// <summary>Square root, element by element.</summary>
    public GraphTensor Sqrt(GraphTensor x) => Node("Sqrt", [x], x.Shape);

    /// <summary>Matrix product of the last two axes, with broadcasting of the ones before.</summary>
    public GraphTensor MatMul(GraphTensor a, GraphTensor b)
    {
        int[] shape = [.. (a.Rank >= b.Rank ? a : b).Shape];
        shape[^2] = a.Shape[^2];
        shape[^1] = b.Shape[^1];
        return Node("MatMul", [a, b], shape);
    }

    /// <summary>
    /// A fully connected layer: x * weight + bias, with <c>weight</c> stored [in, out] as Paddle does.
    /// </summary>
    /// <param name="x">[N, in], or any rank for the last axis.</param>
    /// <param name="weights">Where <c>weight</c> and <c>bias</c> lie.</param>
    /// <param name="outputs">Output width.</param>
    /// <param name="bias">Whether there is a <c>bias</c>.</param>
    /// <param name="weightFactor">Factor of the weights, not of the bias: an inference-time dropout factor of what comes in,
    /// folded exactly.</param>
    /// <param name="activation">What follows.</param>
    public GraphTensor Linear(
        GraphTensor x,
        WeightScope weights,
        int outputs,
        bool bias = true,
        float weightFactor = 1,
        Activation activation = Activation.None)
    {
        var inputs = x.Shape[^1];
        var matrix = weights.Take("weight", inputs, outputs).Values;
        if (weightFactor != 1)
        {
            matrix = [.. matrix.Select(v => v * weightFactor)];
        }

        var b = Constant($"{weights.Prefix}.weight", [inputs, outputs], matrix);
        int[] shape = [.. x.Shape.SkipLast(1), outputs];
        GraphTensor y;
        if (bias)
        {
            var c = Constant(weights, "bias", outputs);
            y = x.Rank == 2 ? Node("Gemm", [x, b, c], shape) : Add(MatMul(x, b), c);
        }
        else
        {
            y = MatMul(x, b);
        }

        AddLayer(weights.Prefix, "linear", y, ((long)inputs * outputs) + (bias ? outputs : 0), PerImage(y) * inputs);
        return Activate(y, activation);
    }

    /// <summary>
    /// A batch norm that cannot be folded into a layer before it, as one multiplication and one addition per channel (axis 1).
    /// </summary>
    public GraphTensor ScaleShift(GraphTensor x, WeightScope norm, Activation activation = Activation.None)
    {
        var folded = BatchNorm.Take(norm, x.Channels);
        int[] shape = [x.Channels, .. Enumerable.Repeat(1, x.Rank - 2)];
        var factor = Constant($"{norm.Prefix}.factor", shape, [.. folded.Factor.Select(f => (float)f)]);
        var shift = Constant($"{norm.Prefix}.shift", shape, [.. folded.Shift.Select(s => (float)s)]);
        var y = Add(Mul(x, factor), shift);
        AddLayer(norm.Prefix, "norm", y, 2L * x.Channels, 0);
        return Activate(y, activation);
    }

    /// <summary>Divides by the Euclidean length along one axis, as <c>x / max(|x|, 1e-12)</c>.</summary>
    public GraphTensor L2Normalize(GraphTensor x, int axis = -1)
    {
        int[] shape = [.. x.Shape];
        shape[axis < 0 ? axis + x.Rank : axis] = 1;
        var length = Node("ReduceL2", [x], shape, GraphAttribute.Of("axes", [axis]), GraphAttribute.Of("keepdims", 1));
        return Div(x, Node("Max", [length, Constant(1e-12f)], shape));
    }

    private static int[] Broadcast(GraphTensor a, GraphTensor b)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        var shape = new int[rank];
        for (var i = 1; i <= rank; i++)
        {
            var (p, q) = (i <= a.Rank ? a.Shape[^i] : 1, i <= b.Rank ? b.Shape[^i] : 1);
            if (p != q && p > 1 && q > 1)
            {
                throw new ArgumentException($"Shapes {a.ShapeText} and {b.ShapeText} do not go together.", nameof(b));
            }

            shape[^i] = p == 1 ? q : q == 1 ? p : Math.Max(p, q);
        }

        return shape;
    }
}
