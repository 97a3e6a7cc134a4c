namespace PPLCNet.Vision.Geometry;

/// <summary>A box as COCO writes it: left, top, width and height in pixels, as double.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width; zero or negative boxes are legal and overlap nothing.</param>
/// <param name="Height">Height.</param>
public readonly record struct CocoBox(double X, double Y, double Width, double Height)
{
    /// <summary>Width times height.</summary>
    public double Area => Width * Height;

    internal bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Width) && double.IsFinite(Height);

    /// <summary>Makes a box from its left, top, right and bottom edges.</summary>
    public static CocoBox FromCorners(double left, double top, double right, double bottom) =>
        new(left, top, right - left, bottom - top);

    /// <summary>
    /// Overlap of a detection with a truth, without the "+1" of older benchmarks. Boxes of no size overlap nothing. A crowd
    /// region is measured against the detection alone: shared area over the detection's area.
    /// </summary>
    public static double Iou(CocoBox detection, CocoBox truth, bool crowd)
    {
        var width = Math.Min(detection.X + detection.Width, truth.X + truth.Width) - Math.Max(detection.X, truth.X);
        if (width <= 0)
        {
            return 0;
        }

        var height = Math.Min(detection.Y + detection.Height, truth.Y + truth.Height) - Math.Max(detection.Y, truth.Y);
        if (height <= 0)
        {
            return 0;
        }

        var shared = width * height;
        return shared / (crowd ? detection.Area : detection.Area + truth.Area - shared);
    }
}
