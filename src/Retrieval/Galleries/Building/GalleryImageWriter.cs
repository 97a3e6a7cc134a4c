using System.Numerics.Tensors;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Embedding;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>
/// Embeds images and stores them in a gallery under their paths. <see cref="Embed"/> is thread-safe; everything else belongs
/// to one thread.
/// </summary>
internal sealed class GalleryImageWriter
{
    private readonly Gallery _gallery;
    private readonly Embedder _embedder;
    private readonly MainBodies? _bodies;
    private readonly GalleryBuilderOptions _options;
    private readonly ItemPaths _paths;
    private readonly Dictionary<string, long> _ids = new(ItemPaths.Comparer);
    private readonly List<GalleryItem> _pending = [];
    private long _nextId;

    internal GalleryImageWriter(Gallery gallery, Embedder embedder, GalleryBuilderOptions options)
    {
        _gallery = gallery;
        _embedder = embedder;
        _bodies = options.Detector is { } detector ? new MainBodies(detector) : null;
        _options = options;
        _paths = new ItemPaths(gallery);
        _nextId = gallery.NextId();
        foreach (var item in gallery.Items())
        {
            if (_paths.FullPathOf(item) is { } full)
            {
                _ids.TryAdd(full, item.Id);
            }
        }
    }

    /// <summary>Items written so far, without those that wait for <see cref="Flush"/>.</summary>
    public int Stored { get; private set; }

    /// <summary>Whether a file is in the gallery and need not be embedded again.</summary>
    public bool IsKnown(string path) => !_options.Update && _ids.ContainsKey(Path.GetFullPath(path));

    /// <summary>The vector of an image, of its best detection where the options name a detector. Thread-safe.</summary>
    /// <exception cref="DataFormatException">The vector has no direction, so nothing can be compared with it.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public EmbeddingResult Embed(PixelBuffer image, CancellationToken cancellationToken = default)
    {
        var found = default(StageTimings);
        var body = _bodies?.CropBest(image, out found, cancellationToken) ?? image;
        var embedded = _embedder.Embed(body, null, cancellationToken);
        var length = TensorPrimitives.Norm<float>(embedded.Vector);
        return float.IsFinite(length) && length > 0
            ? embedded.WithTimings(found + embedded.Timings)
            : throw new DataFormatException($"expected a vector with a direction, found one of length {length}");
    }

    /// <summary>Takes an image's vector; an item of the same path is replaced and keeps its id.</summary>
    /// <param name="path">The image file.</param>
    /// <param name="label">Its label.</param>
    /// <param name="vector">Its vector, as <see cref="Embed"/> makes it.</param>
    /// <returns>The id of the item.</returns>
    public long Add(string path, string label, ReadOnlyMemory<float> vector)
    {
        var full = Path.GetFullPath(path);
        var id = _ids.TryGetValue(full, out var known) ? known : checked(_nextId++);
        _ids[full] = id;
        var metadata = new Dictionary<string, MetadataValue> { [ItemPaths.Field] = _paths.Store(path) };
        _pending.Add(new GalleryItem(id, label, vector, metadata));
        if (_pending.Count >= _options.BatchSize)
        {
            Flush();
        }

        return id;
    }

    /// <summary>Writes what waits.</summary>
    public void Flush()
    {
        _gallery.UpdateAsync(_pending).AsTask().GetAwaiter().GetResult();
        Stored += _pending.Count;
        _pending.Clear();
    }
}
