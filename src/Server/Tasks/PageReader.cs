using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary>Reads a page region by region with options of one call.</summary>
internal static class PageReader
{
    /// <summary>The options that <c>pplcnet ocr --layout</c> finds regions with.</summary>
    public static DetectionOptions Regions { get; } = new() { Agnostic = true };

    /// <summary>Reads a page.</summary>
    public static PageReading Read(
        OcrEngine engine, Detector layout, PixelBuffer image, OcrOptions options, CancellationToken cancellationToken, DetectionOptions? regions = null)
    {
        var text = engine.Read(image, options, cancellationToken);
        var found = layout.Detect(image, regions ?? Regions, cancellationToken);
        return LayoutReader.Arrange(text with { Timings = text.Timings + found.Timings }, found.Clip(image.Width, image.Height));
    }
}
