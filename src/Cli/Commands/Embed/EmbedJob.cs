using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries.Building;

namespace PPLCNet.Vision.Cli.Commands.Embed;

/// <summary>One vector an image, as JSON and as rows of a matrix.</summary>
internal sealed class EmbedJob(Embedder embedder, LabeledMatrixWriter? matrix) : ImageJob<float[]>
{
    private const int Shown = 6;

    /// <inheritdoc/>
    public override ImageResult<float[]> Run(PixelBuffer image, CancellationToken cancellationToken) =>
        ImageResult.Of(embedder.Embed(image, null, cancellationToken), r => r.Vector);

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, float[] value) => json.WriteFloats("embedding", value);

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<float[]> answer) => Terminal.Line(
        $"{answer.Input.Path}  [{answer.Value.Length}]  {string.Join(' ', answer.Value.Take(Shown).Select(v => $"{v:0.0000}"))}{(answer.Value.Length > Shown ? " ..." : "")}");

    /// <inheritdoc/>
    public override void Accept(ImageAnswer<float[]> answer) => matrix?.Add(answer.Input.Path, answer.Value);

    /// <inheritdoc/>
    public override void Restore(JsonElement answer)
    {
        if (matrix is not null && answer.TryGetProperty("embedding", out var values))
        {
            matrix.Add(answer.GetProperty("file").GetString()!, [.. values.EnumerateArray().Select(v => v.GetSingle())]);
        }
    }

    /// <inheritdoc/>
    public override bool HasProduct => matrix is not null;

    /// <inheritdoc/>
    public override void Complete() => matrix?.Complete();

    /// <inheritdoc/>
    public override void Dispose()
    {
        matrix?.Dispose();
        embedder.Dispose();
    }
}
