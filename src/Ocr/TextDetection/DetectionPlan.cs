using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>The size at which an image is looked at.</summary>
internal static class DetectionPlan
{
    // A strip, such as a receipt, is at least this many times as long as wide. Reduced to the longest side its text would be
    // too small to
    // find; it is looked at in tiles instead, however long it is.
    private const int StripRatio = 3;

    /// <summary>Plans the whole image; <see cref="ProbabilityMap"/> cuts it into tiles.</summary>
    public static ResizePlan Of(SizeRule size, int width, int height)
    {
        var isStrip = Math.Max(width, height) >= (long)StripRatio * Math.Min(width, height);
        return isStrip && size is MultipleRule { Side: SideLimit.Min } rule
            ? (rule with { MaxSide = 0 }).Plan(width, height)
            : size.Plan(width, height);
    }
}
