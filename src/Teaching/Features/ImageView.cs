using System.Globalization;

namespace PPLCNet.Vision.Teaching.Features;

/// <summary>
/// One view of a training image: a part of it, perhaps mirrored, perhaps darker or lighter. Fractions are of the image's sides.
/// </summary>
/// <param name="X">Left edge of the part, 0 to 1.</param>
/// <param name="Y">Top edge of the part, 0 to 1.</param>
/// <param name="Side">Width and height of the part, above 0 and at most 1.</param>
/// <param name="Mirror">Whether left and right are exchanged.</param>
/// <param name="Gain">Factor of the pixel values.</param>
public sealed record ImageView(double X, double Y, double Side, bool Mirror, float Gain)
{
    /// <summary>The image as a model sees it in use.</summary>
    public static ImageView Whole { get; } = new(0, 0, 1, false, 1);

    /// <summary>
    /// The whole image, its mirror image, and four parts of three quarters to nine tenths of its sides, in other light.
    /// </summary>
    public static IReadOnlyList<ImageView> Standard { get; } =
    [
        Whole,
        new(0, 0, 1, true, 1),
        new(0.10, 0.10, 0.80, false, 1.2f),
        new(0.05, 0.15, 0.75, true, 0.8f),
        new(0.20, 0.05, 0.75, false, 0.9f),
        new(0.05, 0.05, 0.90, true, 1.1f),
    ];

    /// <summary>The values as text, for cache keys.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X}:{Y}:{Side}:{(Mirror ? 1 : 0)}:{Gain}");
}
