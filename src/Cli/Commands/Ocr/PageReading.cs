using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Cli.Commands.Ocr;

/// <summary>What was read in a picture; with a layout, its lines follow the regions of the page.</summary>
/// <param name="Text">The lines.</param>
/// <param name="Regions">Regions in reading order; empty without a layout.</param>
/// <param name="RegionOfLine">For each line the position of its region, -1 for one outside; empty without a layout.</param>
internal sealed record PageReading(OcrResult Text, IReadOnlyList<DetectedObject> Regions, IReadOnlyList<int> RegionOfLine)
{
    /// <summary>A picture without a layout.</summary>
    public static PageReading Of(OcrResult text) => new(text, [], []);
}
