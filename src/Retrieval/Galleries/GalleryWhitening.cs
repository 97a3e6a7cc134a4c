using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>
/// Galleries of whitened vectors. What was learned lies beside the gallery as <c>NAME.whitening</c>, and its fingerprint is
/// part of the gallery's model fingerprint: images that were not whitened the same way are refused by
/// <see cref="Gallery.RequireModel"/>.
/// </summary>
internal static class GalleryWhitening
{
    private const int MostSamples = 20_000;

    /// <summary>Where a gallery's whitening lies.</summary>
    public static string PathOf(string galleryPath) => galleryPath + ".whitening";

    /// <summary>The whitening of a gallery's vectors; null where they are as the network made them.</summary>
    /// <exception cref="ModelFormatException">The file is something else.</exception>
    public static PcaWhitening? Find(string galleryPath) => File.Exists(PathOf(galleryPath)) ? PcaWhitening.Load(PathOf(galleryPath)) : null;

    /// <summary>
    /// Learns a whitening from a gallery and writes a new gallery of whitened vectors, compared by cosine, and the whitening
    /// beside it.
    /// </summary>
    /// <param name="gallery">The vectors to learn from and to whiten; it stays as it is.</param>
    /// <param name="path">The new gallery.</param>
    /// <param name="dimensions">Values of a whitened vector.</param>
    /// <param name="power">See <see cref="PcaWhitening.Fit"/>.</param>
    /// <exception cref="ArgumentException">There are fewer than two items, more dimensions than the vectors have, or the
    /// vectors are already whitened.</exception>
    /// <exception cref="IOException">The file exists.</exception>
    public static void Write(Gallery gallery, string path, int dimensions, double power = 0.5)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        if (File.Exists(PathOf(gallery.FilePath)))
        {
            throw new ArgumentException($"'{gallery.FilePath}': expected vectors as a network makes them, found whitened ones.", nameof(gallery));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var writer = WriterLock.Take(path);
        if (File.Exists(path))
        {
            throw new IOException($"'{path}' already exists.");
        }

        GalleryItem[] items = [.. gallery.Items()];
        var step = Math.Max(1, (items.Length + MostSamples - 1) / MostSamples);
        var whitening = PcaWhitening.Fit([.. items.Where((_, i) => i % step == 0).Select(i => i.Vector)], dimensions, power);
        var header = gallery.Header with
        {
            Dimensions = dimensions,
            Metric = VectorMetric.Cosine,
            ModelFingerprint = gallery.Header.ModelFingerprint is { Length: > 0 } model ? whitening.Extend(model) : "",
            FileId = Guid.NewGuid(),
            Created = DateTime.UtcNow,
        };
        ItemPaths from = new(gallery), to = new(path, header.PathsFromGallery);
        var whitened = VectorCheck.Items([.. items.Select(i => Moved(i, whitening.Apply(i.Vector.Span), from, to))], dimensions, VectorMetric.Cosine);

        // The whitening first: a gallery without it would be useless, the other way round nothing is lost.
        whitening.Save(PathOf(path));
        GalleryFiles.Write(path, overwrite: false, header, whitened);
    }

    /// <summary>The item with another vector, for a gallery that may lie in another folder.</summary>
    private static GalleryItem Moved(GalleryItem item, float[] vector, ItemPaths from, ItemPaths to) =>
        from.FullPathOf(item) is { } path && !ItemPaths.Comparer.Equals(to.FullPathOf(item), path)
            ? new GalleryItem(item.Id, item.Label, vector, new Dictionary<string, MetadataValue>(item.Metadata) { [ItemPaths.Field] = to.Store(path) })
            : item.WithVector(vector);
}
