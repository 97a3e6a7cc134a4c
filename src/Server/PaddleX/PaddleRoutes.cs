namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>The routes of PaddleX's protocol.</summary>
internal static class PaddleRoutes
{
    /// <summary>Every path; faults on them are told in its envelope.</summary>
    public static IReadOnlySet<string> Paths { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "/ocr", "/layout-parsing", "/object-detection", "/small-object-detection", "/image-classification", "/semantic-segmentation",
        "/shitu-index-build", "/shitu-index-add", "/shitu-index-remove", "/shitu-infer", "/health",
    };
}
