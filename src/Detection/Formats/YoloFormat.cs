using System.Globalization;
using System.Text;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Formats;

/// <summary>
/// YOLO's text files, one object per line: class index, center x, center y, width and height as fractions of the image,
/// and for results the score.
/// </summary>
internal static class YoloFormat
{
    /// <summary>Writes the objects of one image.</summary>
    /// <param name="detections">The objects.</param>
    /// <param name="width">Width of the image in pixels.</param>
    /// <param name="height">Height of the image in pixels.</param>
    /// <param name="scores">Whether each line ends with the score (results do, truths do not).</param>
    public static string Write(Detections detections, int width, int height, bool scores = true)
    {
        ArgumentNullException.ThrowIfNull(detections);
        CheckSize(width, height);
        var text = new StringBuilder();
        foreach (var o in detections)
        {
            // In double, so that a box at the edge ends at 1 and not a rounding beyond it, which some readers refuse.
            double x0 = o.Box.X0, y0 = o.Box.Y0, x1 = o.Box.X1, y1 = o.Box.Y1;
            text.Append(
                CultureInfo.InvariantCulture, $"{o.ClassId} {(x0 + x1) / 2 / width} {(y0 + y1) / 2 / height} {(x1 - x0) / width} {(y1 - y0) / height}");
            if (scores)
            {
                text.Append(CultureInfo.InvariantCulture, $" {o.Score}");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads the objects of one image; without scores each is 1.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="width">Width of the image in pixels.</param>
    /// <param name="height">Height of the image in pixels.</param>
    /// <param name="labels">Class names; may be empty.</param>
    /// <exception cref="DataFormatException">A line has another form; the message has its number.</exception>
    public static Detections Parse(string text, int width, int height, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        CheckSize(width, height);
        var boxes = new List<Box>();
        var scores = new List<float>();
        var classIds = new List<int>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0)
            {
                continue;
            }

            var values = new double[fields.Length];
            var fits = fields.Length is 5 or 6 && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out _);
            for (var i = 0; i < fields.Length && fits; i++)
            {
                fits = double.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]);
            }

            // Checked as pixels: a fraction that is finite may be beyond every pixel.
            var (box, score) = fits ? (BoxOf(values, width, height), fields.Length == 6 ? (float)values[5] : 1) : default;
            if (!fits || !box.IsFinite || !float.IsFinite(score) || (labels is { Count: > 0 } && values[0] >= labels.Count))
            {
                throw new DataFormatException(
                    $"Line {number}: expected a class index, center x, center y, width, height and perhaps a score, found '{line.Trim()}'.");
            }

            boxes.Add(box);
            classIds.Add((int)values[0]);
            scores.Add(score);
        }

        return new Detections([.. boxes], [.. scores], [.. classIds], labels);
    }

    /// <summary>Whether a file begins with a line that ends with a score: results do, truths drawn by hand do not.</summary>
    /// <param name="head">The first bytes of the file.</param>
    internal static bool HasScores(ReadOnlySpan<byte> head) =>
        Encoding.UTF8.GetString(head).Split('\n')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6;

    private static Box BoxOf(double[] values, int width, int height)
    {
        var (x, y, w, h) = (values[1] * width, values[2] * height, values[3] * width, values[4] * height);
        return new Box((float)(x - (w / 2)), (float)(y - (h / 2)), (float)(x + (w / 2)), (float)(y + (h / 2)));
    }

    private static void CheckSize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
    }
}
