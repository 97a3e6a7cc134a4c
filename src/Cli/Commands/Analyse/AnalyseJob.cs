using System.Diagnostics;
using System.Text.Json;
using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Cli.Commands.Classify;
using PPLCNet.Vision.Cli.Commands.Detect;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands.Analyse;

/// <summary>Analyzes images; owns the model and the gallery.</summary>
internal sealed class AnalyseJob(ImageAnalyzer analyzer, Gallery? gallery, AnalysisOptions options, bool tellsEmbedding) : ImageJob<ImageAnalysis>
{
    /// <inheritdoc/>
    public override ImageResult<ImageAnalysis> Run(PixelBuffer image, CancellationToken cancellationToken) =>
        ImageResult.Of(analyzer.Analyze(image, options, cancellationToken));

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, ImageAnalysis value)
    {
        if (value.Classes is { } classes)
        {
            ClassifyJob.WriteTop(json, classes);
        }

        if (value.Neighbors is { } matches)
        {
            json.WriteStartArray("neighbours");
            foreach (var match in matches)
            {
                json.WriteStartObject();
                json.WriteNumber("id", match.Id);
                json.WriteString("label", match.Label);
                json.WriteNumber("score", match.Score);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (value.Objects is { } objects)
        {
            DetectJob.WriteDetections(json, objects);
        }

        if (value.Mask is { } mask)
        {
            json.WriteStartArray("classes");
            foreach (var share in mask.Classes)
            {
                json.WriteStartObject();
                json.WriteString("class", share.Class);
                json.WriteNumber("class_id", share.ClassId);
                json.WriteNumber("fraction", share.Fraction);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (tellsEmbedding && value.Embedding is { } embedding)
        {
            json.WriteFloats("embedding", embedding.Span);
        }
    }

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<ImageAnalysis> answer)
    {
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}");
        foreach (var found in answer.Value.Classes ?? (IEnumerable<ClassScore>)[])
        {
            Terminal.Line($"  {found.Score,6:0.000}  {found.Label}");
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
