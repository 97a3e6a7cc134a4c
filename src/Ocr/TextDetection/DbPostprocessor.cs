using System.Numerics;
using OpenCvSharp;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>
/// DB's probability map to boxes, quad mode: threshold, contours, smallest rectangle, score, growth.
/// Immutable and safe to share between threads.
/// </summary>
internal sealed class DbPostprocessor
{
    private const float MinSide = 3;

    /// <summary>Prepares for one model's constants.</summary>
    public DbPostprocessor(TextDetectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        Settings = settings;
    }

    /// <summary>The constants.</summary>
    public TextDetectionSettings Settings { get; }

    /// <summary>Finds the boxes of one map.</summary>
    /// <param name="map">Probabilities [H, W], row-major.</param>
    /// <param name="plan">How the image became the tensor; the map has the tensor's size.</param>
    /// <returns>Boxes in pixels of the image, in OpenCV's order of contours.</returns>
    /// <exception cref="ArgumentException"><paramref name="map"/> has another size than the plan's tensor.</exception>
    public List<TextBox> Run(ReadOnlySpan<float> map, in ResizePlan plan) => Run(map, plan, out _);

    /// <summary>
    /// Finds the boxes of one map and tells whether <see cref="TextDetectionSettings.MaxCandidates"/> left some out.
    /// </summary>
    /// <inheritdoc cref="Run(ReadOnlySpan{float}, in ResizePlan)"/>
    public unsafe List<TextBox> Run(ReadOnlySpan<float> map, in ResizePlan plan, out bool isCut)
    {
        var (width, height) = (plan.TensorWidth, plan.TensorHeight);
        if (map.Length != width * height)
        {
            throw new ArgumentException($"Expected a {width}x{height} map, found {map.Length} values.", nameof(map));
        }

        fixed (float* values = map)
        {
            using var probabilities = Mat.FromPixelData(height, width, MatType.CV_32FC1, (nint)values);
            using var mask = Mask(map, width, height);
            mask.FindContours(out var contours, out _, RetrievalModes.List, ContourApproximationModes.ApproxSimple);
            isCut = contours.Length > Settings.MaxCandidates;
            var boxes = new List<TextBox>(Math.Min(contours.Length, Settings.MaxCandidates));
            foreach (var contour in contours.AsSpan(0, Math.Min(contours.Length, Settings.MaxCandidates)))
            {
                if (ToBox(contour, probabilities, plan) is { } box)
                {
                    boxes.Add(box);
                }
            }

            return boxes;
        }
    }

    // Mean inside a polygon; corners are made relative to its bounds and cut to whole pixels, as PaddleOCR does.
    private static float Score(Mat probabilities, ReadOnlySpan<Vector2> polygon)
    {
        var low = polygon[0];
        var high = polygon[0];
        foreach (var p in polygon[1..])
        {
            low = Vector2.Min(low, p);
            high = Vector2.Max(high, p);
        }

        var x0 = Math.Clamp((int)MathF.Floor(low.X), 0, probabilities.Cols - 1);
        var x1 = Math.Clamp((int)MathF.Ceiling(high.X), 0, probabilities.Cols - 1);
        var y0 = Math.Clamp((int)MathF.Floor(low.Y), 0, probabilities.Rows - 1);
        var y1 = Math.Clamp((int)MathF.Ceiling(high.Y), 0, probabilities.Rows - 1);
        using var mask = new Mat(y1 - y0 + 1, x1 - x0 + 1, MatType.CV_8UC1, Scalar.Black);
        var relative = new Point[polygon.Length];
        for (var i = 0; i < relative.Length; i++)
        {
            relative[i] = new Point((int)(polygon[i].X - x0), (int)(polygon[i].Y - y0));
        }

        Cv2.FillPoly(mask, [relative], Scalar.White);
        using var region = new Mat(probabilities, new Rect(x0, y0, mask.Cols, mask.Rows));
        return (float)Cv2.Mean(region, mask).Val0;
    }

    private static Vector2[] Corners(RotatedRect rectangle) =>
        [.. rectangle.Points().Select(p => new Vector2(p.X, p.Y))];

    private unsafe Mat Mask(ReadOnlySpan<float> map, int width, int height)
    {
        var mask = new Mat(height, width, MatType.CV_8UC1);
        ThresholdMask.Run(map, Settings.Threshold, new Span<byte>(mask.DataPointer, map.Length));
        if (Settings.Dilate)
        {
            using var kernel = Mat.Ones(2, 2, MatType.CV_8UC1).ToMat();
            Cv2.Dilate(mask, mask, kernel);
        }

        return mask;
    }

    private TextBox? ToBox(Point[] contour, Mat probabilities, in ResizePlan plan)
    {
        var rectangle = Cv2.MinAreaRect(contour);
        if (Math.Min(rectangle.Size.Width, rectangle.Size.Height) < MinSide)
        {
            return null;
        }

        var corners = Corners(rectangle);
        var score = Score(probabilities, Settings.ScoreMode == BoxScoreMode.Slow ? [.. contour.Select(p => new Vector2(p.X, p.Y))] : corners);
        if (Settings.BoxThreshold > score)
        {
            return null;
        }

        var grow = Polygon.Area(corners) * Settings.UnclipRatio / Polygon.Perimeter(corners);
        var outline = RoundOffset.Of(corners, grow);
        if (outline.Count == 0)
        {
            return null;
        }

        rectangle = Cv2.MinAreaRect(outline.Select(p => new Point2f(p.X, p.Y)));
        if (Math.Min(rectangle.Size.Width, rectangle.Size.Height) < MinSide + 2)
        {
            return null;
        }

        var grown = Corners(rectangle);
        var limit = new Vector2(plan.SourceWidth, plan.SourceHeight);
        for (var i = 0; i < 4; i++)
        {
            var (x, y) = plan.ToSource(grown[i].X, grown[i].Y);
            grown[i] = Vector2.Clamp(new Vector2(x, y), Vector2.Zero, limit);
        }

        var quad = QuadOrder.ForReading(grown);
        return quad.Width <= MinSide || quad.Height <= MinSide ? null : new TextBox(quad, score);
    }
}
