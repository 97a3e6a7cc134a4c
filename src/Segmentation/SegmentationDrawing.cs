using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Segmentation;

/// <summary>Draws the classes over the image.</summary>
internal static class SegmentationDrawing
{
    /// <summary>Share of the colors in the blend; the image has the rest, as in PaddleSeg's <c>added_prediction</c>.</summary>
    public const double DefaultOpacity = 0.4;

    /// <summary>The image blended with the colors of its classes, and a legend of the classes that occur.</summary>
    /// <param name="result">The classes.</param>
    /// <param name="image">The image that was segmented.</param>
    /// <param name="opacity">Share of the colors, 0 to 1.</param>
    /// <param name="legend">Whether to draw the legend.</param>
    /// <param name="palette">Colors of the classes by id; null for the result's own.</param>
    /// <exception cref="ArgumentException">The image has another size than the label map.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="opacity"/> is not 0 to 1.</exception>
    public static PixelBuffer Draw(
        SegmentationResult result, ImageSource image, double opacity = DefaultOpacity, bool legend = true,
        Palette? palette = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (opacity is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "Expected an opacity of 0 to 1.");
        }

        palette ??= result.Palette;
        var pixels = image.Open(out _);
        if (pixels.Width != result.Map.Width || pixels.Height != result.Map.Height)
        {
            throw new ArgumentException(
                $"Expected an image of {result.Map.Width}x{result.Map.Height}, found {pixels.Width}x{pixels.Height}.", nameof(image));
        }

        using var canvas = new Canvas(pixels);
        canvas.Tint(result.Map.Ids, palette.Colors, opacity);
        if (legend)
        {
            canvas.Legend(result.Classes.Select(c => ($"{c.Class} {c.Fraction:0%}", palette[c.ClassId])));
        }

        return canvas.ToPixelBuffer();
    }
}
