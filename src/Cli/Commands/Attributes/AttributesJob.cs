using System.Text.Json;
using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Commands.Attributes;

/// <summary>The attributes of the persons or vehicles in each image.</summary>
internal sealed class AttributesJob(AttributeAnalyzer analyzer, AttributeAnalysisOptions options) : ImageJob<AttributeAnalysis>
{
    /// <inheritdoc/>
    public override ImageResult<AttributeAnalysis> Run(PixelBuffer image, CancellationToken cancellationToken) =>
        ImageResult.Of(analyzer.Analyze(image, options, cancellationToken));

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, AttributeAnalysis value) =>
        json.WriteAttributeAnalysis(value, analyzer.Subject);

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<AttributeAnalysis> answer)
    {
        var count = answer.Value.Objects.Count;
        Terminal.Line(
            $"{answer.Input.Path}  {answer.Width}x{answer.Height}  {count} {analyzer.Subject}{(count == 1 ? "" : "s")}");
        foreach (var (found, attributes) in answer.Value.Objects)
        {
            var box = found.Box;
            Terminal.Line($"  {found.Score:0.000}  ({box.X0:0.0}, {box.Y0:0.0}) - ({box.X1:0.0}, {box.Y1:0.0})");
            Terminal.Line($"    {string.Join(", ", attributes.Select(a => $"{a.Name} {a.Score:0.00}"))}");
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, AttributeAnalysis value)
    {
        var objects = value.Objects;
        return new Detections(
            [.. objects.Select(o => o.Object.Box)],
            [.. objects.Select(o => o.Object.Score)],
            [.. objects.Select((_, i) => i)],
            [.. objects.Select(o => string.Join(", ", o.Attributes.Take(3).Select(a => a.Name)))]).Draw(image);
    }

    /// <inheritdoc/>
    public override void Dispose() => analyzer.Dispose();
}
