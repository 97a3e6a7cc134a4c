using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Segmentation;

/// <summary>Draws the classes over the image.</summary>
public static class SegmentationDrawing
{
    /// <summary>Share of the colours in the blend; the image has the rest, as in PaddleSeg's <c>added_prediction</c>.</summary>
    public const double DefaultOpacity = 0.4;

    /// <summary>The image blended with the colours of its classes, and a legend of the classes that occur.</summary>
    /// <param name="result">The classes.</param>
    /// <param name="image">The image that was segmented.</param>
    /// <param name="opacity">Share of the colours, 0 to 1.</param>
    /// <param name="legend">Whether to draw the legend.</param>
    /// <exception cref="ArgumentException">The image has another size than the label map.</exception>
    public static PixelBuffer Draw(this SegmentationResult result, ImageSource image, double opacity = DefaultOpacity, bool legend = true)
    {
        ArgumentNullException.ThrowIfNull(result);
        var pixels = image.Open(out _);
        if (pixels.Width != result.Map.Width || pixels.Height != result.Map.Height)
        {
            throw new ArgumentException(
                $"Expected an image of {result.Map.Width}x{result.Map.Height}, found {pixels.Width}x{pixels.Height}.", nameof(image));
        }

        using var canvas = new Canvas(pixels);
        canvas.Tint(result.Map.Ids, result.Palette.Colors, opacity);
        if (legend)
        {
            canvas.Legend(result.Classes.Select(c => ($"{c.Class} {c.Fraction:0%}", result.Palette[c.ClassId])));
        }

        return canvas.ToPixelBuffer();
    }
}
