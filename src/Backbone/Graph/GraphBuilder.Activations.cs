namespace PPLCNet.Vision.Backbone.Graph;

public sealed partial class GraphBuilder
{
    private const float Sixth = 1f / 6;

    /// <summary>
    /// Applies an activation element by element; <see cref="Activation.None"/> returns <paramref name="x"/> itself.
    /// </summary>
    public GraphTensor Activate(GraphTensor x, Activation activation) => activation switch
    {
        Activation.None => x,
        Activation.Relu => Node("Relu", [x], x.Shape),
        Activation.Relu6 => Node("Clip", [x, Constant(0f), Constant(6f)], x.Shape),
        Activation.HardSwish => Mul(x, HardSigmoid(x, Sixth)),
        Activation.HardSigmoid => HardSigmoid(x, Sixth),
        Activation.HardSigmoidFifth => HardSigmoid(x, 0.2f),
        Activation.Sigmoid => Node("Sigmoid", [x], x.Shape),
        Activation.Swish => Mul(x, Node("Sigmoid", [x], x.Shape)),
        Activation.LeakyRelu => Node("LeakyRelu", [x], x.Shape, GraphAttribute.Of("alpha", 0.01f)),
        Activation.Gelu => Mul(
            Mul(x, Constant(0.5f)),
            Add(Node("Erf", [Mul(x, Constant(0.70710678f))], x.Shape), Constant(1f))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };

    /// <summary>clip(alpha * x + 0.5, 0, 1). The operator's own default slope is 0.2, so it is always written.</summary>
    public GraphTensor HardSigmoid(GraphTensor x, float alpha) =>
        Node("HardSigmoid", [x], x.Shape, GraphAttribute.Of("alpha", alpha), GraphAttribute.Of("beta", 0.5f));

    /// <summary>Softmax along one axis; a negative axis counts from the end.</summary>
    public GraphTensor Softmax(GraphTensor x, int axis = -1) => Node("Softmax", [x], x.Shape, GraphAttribute.Of("axis", axis));
}
