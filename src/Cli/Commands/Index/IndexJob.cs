using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries.Building;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>An image on its way into a gallery.</summary>
internal sealed class IndexedImage(float[] vector)
{
    public float[] Vector { get; } = vector;

    public long Id { get; set; }

    public string Label { get; set; } = "";
}

/// <summary>Embeds images and stores them, in the order of the inputs.</summary>
/// <param name="writer">Embeds and stores them.</param>
/// <param name="labelOf">The label of a path.</param>
internal sealed class IndexJob(GalleryImageWriter writer, Func<string, string> labelOf) : ImageJob<IndexedImage>
{
    /// <inheritdoc/>
    public override ImageResult<IndexedImage> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        var embedded = writer.Embed(image, cancellationToken);
        return new ImageResult<IndexedImage>(new IndexedImage(embedded.Vector), embedded.Timings);
    }

    /// <inheritdoc/>
    public override void Accept(ImageAnswer<IndexedImage> answer)
    {
        var path = answer.Input.Path;
        answer.Value.Label = labelOf(path);
        answer.Value.Id = writer.Add(path, answer.Value.Label, answer.Value.Vector);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, IndexedImage value)
    {
        json.WriteNumber("id", value.Id);
        json.WriteString("label", value.Label);
    }

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<IndexedImage> answer)
    {
    }

    /// <inheritdoc/>
    public override void Complete() => writer.Flush();

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
