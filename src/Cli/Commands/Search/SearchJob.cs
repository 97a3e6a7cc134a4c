using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Search;

/// <summary>Names the things in images; owns the parts of the pipeline.</summary>
internal sealed class SearchJob(ShituPipeline pipeline, Gallery gallery, Embedder embedder, IObjectDetector? detector, SearchSheet? sheet) : ImageJob<ShituResult>
{
    private readonly ItemPaths _paths = new(gallery);

    /// <inheritdoc/>
    public override ImageResult<ShituResult> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        var result = pipeline.Recognize(image, null, cancellationToken);
        return new ImageResult<ShituResult>(result, result.Timings);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, ShituResult value) => json.WriteObjects(value, _paths);

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<ShituResult> answer)
    {
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}");
        foreach (var found in answer.Value.Objects)
        {
            var sure = found is { Label: not null, Probability: { } probability } ? $" {probability:0.00}" : "";
            Terminal.Line($"  {found.Label ?? ShituResultJson.Unknown}{sure}  ({found.Box.X0:0.0}, {found.Box.Y0:0.0}) - ({found.Box.X1:0.0}, {found.Box.Y1:0.0})");
            foreach (var match in found.Matches)
            {
                Terminal.Line($"    {match.Score:0.0000}  {match.Label}  #{match.Id}");
            }
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, ShituResult value) => value.Draw(image);

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
