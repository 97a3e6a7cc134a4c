using System.Text.Json;
using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Cli.Commands.Analyse;

/// <summary>Analyzes images; owns the model and the gallery.</summary>
internal sealed class AnalyseJob(ImageAnalyzer analyzer, Gallery? gallery, AnalysisOptions options, bool tellsEmbedding) : ImageJob<ImageAnalysis>
{
    /// <inheritdoc/>
    public override ImageResult<ImageAnalysis> Run(PixelBuffer image, CancellationToken cancellationToken) =>
        ImageResult.Of(analyzer.Analyze(image, options, cancellationToken));

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, ImageAnalysis value) => json.WriteAnalysis(value, tellsEmbedding);

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<ImageAnalysis> answer)
    {
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}");
        foreach (var found in answer.Value.Classes ?? (IEnumerable<ClassScore>)[])
        {
            Terminal.Line($"  {found.Score,6:0.000}  {found.Label}");
        }

        foreach (var (name, result) in answer.Value.Added)
        {
            foreach (var found in result)
            {
                Terminal.Line($"  {found.Score,6:0.000}  {name}: {found.Label}");
            }

            if (result.IsUnknown)
            {
                Terminal.Line($"  {name}: unlike everything it was trained on (novelty {result.Novelty:0.00})");
            }
        }

        foreach (var match in answer.Value.Neighbors ?? [])
        {
            Terminal.Line($"  near {match.Score:0.0000}  {match.Label}  #{match.Id}");
        }

        foreach (var o in answer.Value.Objects ?? Detections.Empty)
        {
            Terminal.Line($"  {o.Score,6:0.000}  {o.Class}  ({o.Box.X0:0.0}, {o.Box.Y0:0.0}) - ({o.Box.X1:0.0}, {o.Box.Y1:0.0})");
        }

        if (answer.Value.Mask is { } mask)
        {
            Terminal.Line($"  {string.Join("  ", mask.Classes.Select(c => $"{c.Class} {c.Fraction * 100:0.0}%"))}");
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, ImageAnalysis value) => value.Draw(image);

    /// <inheritdoc/>
    public override void Dispose()
    {
        analyzer.Dispose();
        gallery?.Dispose();
    }
}
