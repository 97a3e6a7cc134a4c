using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Documents;

/// <summary>What was read in an image; with a layout, its lines follow the regions of the page.</summary>
/// <param name="Text">The lines.</param>
/// <param name="Regions">Regions in reading order; empty without a layout.</param>
/// <param name="RegionOfLine">For each line the position of its region, -1 for one outside; empty without a layout.</param>
public sealed record PageReading(OcrResult Text, IReadOnlyList<DetectedObject> Regions, IReadOnlyList<int> RegionOfLine)
    : IPrediction<PageReading>
{
    /// <inheritdoc/>
    public StageTimings Timings => Text.Timings;

    /// <inheritdoc/>
    public PageReading WithTimings(StageTimings timings) => this with { Text = Text.WithTimings(timings) };

    /// <summary>The image with regions and lines, and beside it the text.</summary>
    /// <param name="image">The image in which it was read; small ones are enlarged.</param>
    public PixelBuffer Draw(ImageSource image) => PageDrawing.Draw(this, image);

    /// <summary>
    /// Writes properties into the current object: <c>page_turn</c> and <c>notes</c> where there is something to tell,
    /// <c>regions</c> with a layout, and <c>lines</c> with text, score, corners in pixels, region and words.
    /// </summary>
    public void WriteJson(Utf8JsonWriter json) => PageReadingJson.WritePage(json, this);

    /// <summary>An image without a layout.</summary>
    public static PageReading Of(OcrResult text) => new(text, [], []);
}
