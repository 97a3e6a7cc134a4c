using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Drawing;

/// <summary>Draws classes in the legend of an image.</summary>
public static class ClassDrawing
{
    /// <summary>The image with a legend of classes and scores.</summary>
    /// <param name="classes">The classes, best first.</param>
    /// <param name="image">The image that was classified.</param>
    public static PixelBuffer Draw(this IEnumerable<ClassScore> classes, ImageSource image)
    {
        ArgumentNullException.ThrowIfNull(classes);
        using var canvas = new Canvas(image.Open(out _));
        canvas.Legend(classes);
        return canvas.ToPixelBuffer();
    }

    /// <summary>Draws the legend in a corner: a line for each class, best first.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="classes">The classes, best first.</param>
    /// <param name="right">Whether the legend is on the right side.</param>
    public static void Legend(this Canvas canvas, IEnumerable<ClassScore> classes, bool right = false)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        canvas.Legend([.. classes.Select((found, i) => ($"{found.Label} {found.Score:0.00}", Color.ForClass(i)))], right);
    }
}
