namespace PPLCNet.Vision.Imaging;

/// <summary>Order in which a network takes the color channels.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,
}

/// <summary>
/// How an image becomes a network's input. It is data that travels with the model: a value of a tensor is
/// <c>(pixel * Scale - Mean[c]) / Std[c]</c>, channel c counted in <see cref="Channels"/> order.
/// </summary>
public sealed record Preprocess
{
    /// <summary>Order of the channels in the tensor.</summary>
    public ChannelOrder Channels { get; init; } = ChannelOrder.Rgb;

    /// <summary>Factor on the 8-bit pixel, usually 1/255, which is also what 0 (a manifest without it) means.</summary>
    public float Scale { get; init => field = value == 0 ? field : value; } = 1f / 255f;

    /// <summary>Subtracted after scaling; three values.</summary>
    public IReadOnlyList<float> Mean { get; init => field = value ?? field; } = [0f, 0f, 0f];

    /// <summary>Divided by after subtracting; three values, none zero.</summary>
    public IReadOnlyList<float> Std { get; init => field = value ?? field; } = [1f, 1f, 1f];

    /// <summary>Which part of the image goes where, and how large it gets.</summary>
    public required SizeRule Size { get; init; }

    /// <summary>How pixels are resampled.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Mean of ImageNet's channels, red first.</summary>
    public static IReadOnlyList<float> ImageNetMean { get; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of ImageNet's channels, red first.</summary>
    public static IReadOnlyList<float> ImageNetStd { get; } = [0.229f, 0.224f, 0.225f];

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A list is not three long, a deviation is zero, a number is not finite, or the size
    /// rule is invalid.</exception>
    public void Validate()
    {
        if (Mean.Count != 3 || Std.Count != 3)
        {
            throw new ArgumentException($"Expected three means and three deviations, found {Mean.Count} and {Std.Count}.");
        }

        if (!float.IsFinite(Scale) || Mean.Any(v => !float.IsFinite(v)) || Std.Any(v => !float.IsFinite(v) || v == 0))
        {
            throw new ArgumentException("Scale, means and deviations must be finite, and no deviation zero.");
        }

        (Size ?? throw new ArgumentException("Expected a rule of sizes, found none.")).Validate();
    }
}
