using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>Draws recognized objects.</summary>
internal static class ShituDrawing
{
    /// <summary>The image with a box, a label and a score for each object, each object in a color of its own.</summary>
    /// <param name="result">The recognized objects.</param>
    /// <param name="image">The image in which they were found.</param>
    public static PixelBuffer Draw(ShituResult result, ImageSource image)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var canvas = new Canvas(image.Open(out _));
        for (var i = 0; i < result.Objects.Count; i++)
        {
            var found = result.Objects[i];
            var text = $"{found.Label ?? ShituResultJson.Unknown} {found.Score:0.00}";
            canvas.Box(found.Box.X0, found.Box.Y0, found.Box.X1, found.Box.Y1, Color.ForClass(i), text);
        }

        return canvas.ToPixelBuffer();
    }
}
