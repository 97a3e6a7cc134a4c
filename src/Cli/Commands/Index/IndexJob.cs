using System.Numerics.Tensors;
using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>An image on its way into a gallery.</summary>
internal sealed class IndexedImage(float[] vector)
{
    public float[] Vector { get; } = vector;

    public long Id { get; set; }

    public string Label { get; set; } = "";
}

/// <summary>Embeds images and stores them, in the order of the inputs.</summary>
/// <param name="embedder">Makes the vectors; not owned.</param>
/// <param name="bodies">Crops images to their main body first; null takes them whole.</param>
/// <param name="gallery">Takes them; not owned.</param>
/// <param name="labelOf">The label of a path.</param>
/// <param name="paths">How the gallery keeps paths.</param>
/// <param name="ids">Ids of full paths that are there already and are to be replaced.</param>
/// <param name="perWrite">Images in a write; with one, what is answered is on the disk.</param>
internal sealed class IndexJob(
    Embedder embedder, MainBodies? bodies, Gallery gallery, Func<string, string> labelOf, ItemPaths paths, IReadOnlyDictionary<string, long> ids, int perWrite) : ImageJob<IndexedImage>
{
    private readonly List<GalleryItem> _pending = [];
    private long _nextId = gallery.NextId();

    /// <summary>Images stored.</summary>
    public int Stored { get; private set; }

    /// <inheritdoc/>
    public override ImageResult<IndexedImage> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        var found = default(StageTimings);
        var body = bodies?.CropBest(image, out found, cancellationToken) ?? image;
        var embedded = embedder.Embed(body, null, cancellationToken);
        var length = TensorPrimitives.Norm<float>(embedded.Vector);
        return float.IsFinite(length) && length > 0
            ? new ImageResult<IndexedImage>(new IndexedImage(embedded.Vector), found + embedded.Timings)
            : throw new DataFormatException($"expected a vector with a direction, found one of length {length}");
    }

    /// <inheritdoc/>
    public override void Accept(ImageAnswer<IndexedImage> answer)
    {
        var path = answer.Input.Path;
        answer.Value.Id = ids.TryGetValue(Path.GetFullPath(path), out var known) ? known : checked(_nextId++);
        answer.Value.Label = labelOf(path);
        var metadata = new Dictionary<string, MetadataValue> { [ItemPaths.Field] = paths.Store(path) };
        _pending.Add(new GalleryItem(answer.Value.Id, answer.Value.Label, answer.Value.Vector, metadata));
        if (_pending.Count >= perWrite)
        {
            Flush();
        }
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
    public override void Complete() => Flush();

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private void Flush()
    {
        gallery.UpdateAsync(_pending).AsTask().GetAwaiter().GetResult();
        Stored += _pending.Count;
        _pending.Clear();
    }
}
