using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Imaging.Drawing;

namespace PPLCNet.Vision.Segmentation;

/// <summary>Draws the classes over the picture.</summary>
public static class SegmentationDrawing
{
    /// <summary>Share of the colours in the blend; the picture has the rest, as in PaddleSeg's <c>added_prediction</c>.</summary>
    public const double DefaultOpacity = 0.4;

    /// <summary>The picture blended with the colours of its classes, and a legend of the classes that occur.</summary>
    /// <param name="result">The classes.</param>
    /// <param name="picture">The picture that was segmented.</param>
    /// <param name="opacity">Share of the colours, 0 to 1.</param>
    /// <param name="legend">Whether to draw the legend.</param>
    /// <exception cref="ArgumentException">The picture has another size than the label map.</exception>
    public static PixelBuffer Overlay(this SegmentationResult result, PixelView picture, double opacity = DefaultOpacity, bool legend = true)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (picture.Width != result.Labels.Width || picture.Height != result.Labels.Height)
        {
            throw new ArgumentException(
                $"Expected a picture of {result.Labels.Width}x{result.Labels.Height}, found {picture.Width}x{picture.Height}.", nameof(picture));
        }

        using var canvas = new Canvas(picture);
        canvas.Tint(result.Labels.Ids, result.Palette.Colors, opacity);
        if (legend)
        {
            canvas.Legend(result.Classes.Select(c => ($"{c.Class} {c.Fraction:0%}", result.Palette[c.ClassId])));
        }

        return canvas.ToPixelBuffer();
    }
}
