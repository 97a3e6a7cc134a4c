namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>What follows a layer.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x clipped to 0 .. 6.</summary>
    Relu6,

    /// <summary>x * clip(x / 6 + 0.5, 0, 1), written as x * HardSigmoid(x), which ONNX Runtime runs fastest.</summary>
    HardSwish,

    /// <summary>clip(x / 6 + 0.5, 0, 1), the gate of squeeze-and-excitation.</summary>
    HardSigmoid,

    /// <summary>clip(x / 5 + 0.5, 0, 1), the gate of MobileNetV3 in Paddle.</summary>
    HardSigmoidFifth,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>x * sigmoid(x).</summary>
    Swish,

    /// <summary>x where positive, else 0.01 x.</summary>
    LeakyRelu,

    /// <summary>Gaussian error linear unit, exact form.</summary>
    Gelu,
}
