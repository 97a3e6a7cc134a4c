namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>
/// A vertical and a horizontal count: kernel, stride, dilation or padding of a convolution. One number serves both.
/// </summary>
/// <param name="H">Vertical.</param>
/// <param name="W">Horizontal.</param>
public readonly record struct Hw(int H, int W)
{
    /// <summary>The same number in both directions.</summary>
    public static implicit operator Hw(int both) => new(both, both);

    /// <summary>Vertical, then horizontal.</summary>
    public static implicit operator Hw((int H, int W) pair) => new(pair.H, pair.W);

    /// <summary>The same number in both directions.</summary>
    public static Hw FromInt32(int both) => both;

    /// <inheritdoc/>
    public override string ToString() => H == W ? $"{H}" : $"({H},{W})";
}
