using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>
/// The classification head of PP-LCNet as data: pool, 1x1 convolution, activation, dropout factor, fully connected layer.
/// </summary>
public sealed record ClassifierSpec
{
    /// <summary>
    /// Paddle's <c>downscale_in_infer</c> with p = 0.2: what enters the last layer is multiplied by 0.8, stored as a float.
    /// </summary>
    public const float DefaultDropoutFactor = 0.8f;

    /// <summary>Classes.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Whether the 1x1 convolution after pooling (with its activation and dropout) is there.</summary>
    public bool LastConv { get; init; } = true;

    /// <summary>Width after that convolution; never scaled.</summary>
    public int Expand { get; init; } = 1280;

    /// <summary>Whether that convolution has a bias (timm's has).</summary>
    public bool LastConvBias { get; init; }

    /// <summary>After that convolution.</summary>
    public Activation Activation { get; init; } = Activation.HardSwish;

    /// <summary>
    /// Factor of what enters the last layer, folded exactly into its weights; 1 for networks without Paddle's dropout.
    /// </summary>
    public float DropoutFactor { get; init; } = DefaultDropoutFactor;

    /// <summary>Name of the fully connected layer among the weights.</summary>
    public string LayerName { get; init; } = "fc";

    /// <summary>Whether softmax ends the head, as in exported models; else logits leave it.</summary>
    public bool Softmax { get; init; }
}
