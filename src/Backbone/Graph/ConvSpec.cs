namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>A convolution as data.</summary>
/// <param name="Out">Output channels.</param>
/// <param name="Kernel">Kernel height and width.</param>
public sealed record ConvSpec(int Out, Hw Kernel)
{
    /// <summary>Stride (vertical, horizontal).</summary>
    public Hw Stride { get; init; } = 1;

    /// <summary>Dilation (vertical, horizontal).</summary>
    public Hw Dilation { get; init; } = 1;

    /// <summary>Groups; equal to the input channels for a depthwise convolution.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether the weights hold a <c>bias</c>.</summary>
    public bool Bias { get; init; }

    /// <summary>Padding on both sides; null keeps the size at stride 1: (k - 1) / 2 times the dilation.</summary>
    public Hw? Padding { get; init; }

    /// <summary>The padding that applies.</summary>
    public Hw ActualPadding => Padding ?? ((Kernel.H - 1) / 2 * Dilation.H, (Kernel.W - 1) / 2 * Dilation.W);
}
