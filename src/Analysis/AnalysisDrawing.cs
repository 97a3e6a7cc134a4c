using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Analysis;

/// <summary>Draws what one pass says: the mask, the boxes over it, and the classes in a legend.</summary>
internal static class AnalysisDrawing
{
    /// <summary>The image with the answers drawn on it.</summary>
    /// <exception cref="ArgumentException">The image has another size than the one that was analyzed.</exception>
    public static PixelBuffer Draw(ImageAnalysis analysis, ImageSource image)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var drawn = analysis.Mask is { } mask ? mask.Draw(image) : image.Open(out _).ToBuffer();
        drawn = analysis.Objects is { Count: > 0 } objects ? objects.Draw(drawn) : drawn;
        using var canvas = new Canvas(drawn);
        canvas.Legend(analysis.Classes ?? (IEnumerable<ClassScore>)[], right: analysis.Mask is not null);
        return canvas.ToPixelBuffer();
    }
}
