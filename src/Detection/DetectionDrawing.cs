using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Detection;

/// <summary>Draws boxes first and tags over them, each tag where it covers no other if there is such a place.</summary>
internal static class DetectionDrawing
{
    /// <summary>The image with a box and a tag for each object.</summary>
    /// <param name="found">The objects; those of low scores are drawn too, so filter them with
    /// <see cref="Detections.AboveScore"/>.</param>
    /// <param name="image">The image in which they were found.</param>
    public static PixelBuffer Draw(Detections found, ImageSource image)
    {
        ArgumentNullException.ThrowIfNull(found);
        var pixels = image.Open(out _);
        using var canvas = new Canvas(pixels);
        foreach (var o in found.Reverse())
        {
            canvas.Box(o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1, Color.ForClass(o.ClassId));
        }

        var taken = new List<Box>();
        foreach (var o in found)
        {
            var text = $"{o.Class} {o.Score:0.00}";
            var tag = Place(canvas, o.Box.Clip(pixels.Width, pixels.Height), text, taken);
            taken.Add(tag);

            // A label hangs above the point it is given.
            canvas.Label(tag.X0, tag.Y1, text, Color.ForClass(o.ClassId));
        }

        return canvas.ToPixelBuffer();
    }

    private static Box Place(Canvas canvas, Box box, string text, List<Box> taken)
    {
        var height = canvas.TextSize * 1.3f;
        var width = canvas.Measure(text) + (canvas.TextSize * 0.5f);
        var left = Math.Clamp(box.X0 - (canvas.LineWidth / 2), 0, Math.Max(0, canvas.Width - width));
        var right = Math.Clamp(box.X1 - width, 0, Math.Max(0, canvas.Width - width));

        // Above the box, inside its top, under it, inside its bottom; then down its left edge.
        ReadOnlySpan<(float X, float Y)> places =
        [
            (left, box.Y0 - height), (left, box.Y0), (right, box.Y0 - height), (left, box.Y1), (left, box.Y1 - height), (right, box.Y1 - height),
            (left, box.Y0 + height), (left, box.Y0 + (2 * height)), (left, box.Y0 + (3 * height)),
        ];
        foreach (var (x, y) in places)
        {
            var tag = new Box(x, y, x + width, y + height);
            if (y >= 0 && tag.Y1 <= canvas.Height && taken.TrueForAll(t => t.Iou(tag) == 0))
            {
                return tag;
            }
        }

        var top = Math.Clamp(box.Y0 - height, 0, Math.Max(0, canvas.Height - height));
        return new Box(left, top, left + width, top + height);
    }
}
