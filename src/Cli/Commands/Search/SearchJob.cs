using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Search;

/// <summary>Names the things in images; owns the parts of the pipeline.</summary>
internal sealed class SearchJob(ShituPipeline pipeline, Gallery gallery, Embedder embedder, IObjectDetector? detector, ContactSheet? sheet) : ImageJob<ShituResult>
{
    private const string Unknown = "unknown";
    private readonly ItemPaths _paths = new(gallery);

    /// <inheritdoc/>
    public override ImageResult<ShituResult> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        var result = pipeline.Recognize(image, null, cancellationToken);
        return new ImageResult<ShituResult>(result, result.Timings);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, ShituResult value)
    {
        json.WriteStartArray("objects");
        foreach (var found in value.Objects)
        {
            json.WriteStartObject();
            json.WriteFloats("box", found.Box.X0, found.Box.Y0, found.Box.X1, found.Box.Y1);
            json.WriteStartArray("matches");
            foreach (var match in found.Matches)
            {
                json.WriteStartObject();
                json.WriteNumber("id", match.Id);
                json.WriteString("label", match.Label);
                json.WriteNumber("score", match.Score);
                if (match.Metadata.TryGetValue(ItemPaths.Field, out var path))
                {
                    json.WriteString("path", _paths.Openable(path.ToString()));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("label", found.Label ?? Unknown);
            if (found.Probability is { } probability)
            {
                json.WriteNumber("probability", Math.Round(probability, 4));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<ShituResult> answer)
    {
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}");
        foreach (var found in answer.Value.Objects)
        {
            var sure = found is { Label: not null, Probability: { } probability } ? $" {probability:0.00}" : "";
            Terminal.Line($"  {found.Label ?? Unknown}{sure}  ({found.Box.X0:0.0}, {found.Box.Y0:0.0}) - ({found.Box.X1:0.0}, {found.Box.Y1:0.0})");
            foreach (var match in found.Matches)
            {
                Terminal.Line($"    {match.Score:0.0000}  {match.Label}  #{match.Id}");
            }
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, ShituResult value)
    {
        using var canvas = new Canvas(image);
        for (var i = 0; i < value.Objects.Count; i++)
        {
            var found = value.Objects[i];
            canvas.Box(found.Box.X0, found.Box.Y0, found.Box.X1, found.Box.Y1, Color.ForClass(i), $"{found.Label ?? Unknown} {found.Score:0.00}");
        }

        return canvas.ToPixelBuffer();
    }

    /// <inheritdoc/>
    public override void Accept(ImageAnswer<ShituResult> answer) => sheet?.Add(answer.Input.Path, answer.Value);

    /// <inheritdoc/>
    public override void Complete() => sheet?.Save();

    /// <inheritdoc/>
    public override void Dispose()
    {
        detector?.Dispose();
        embedder.Dispose();
        gallery.Dispose();
    }
}
