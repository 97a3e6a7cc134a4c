using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>Opens the gallery of a builder as its mode says.</summary>
internal static class GalleryOpening
{
    public static GalleryHeader Header(
        int dimensions, VectorMetric metric, VectorModel model, GalleryBuilderOptions options) => new()
    {
        Dimensions = dimensions,
        Metric = metric,
        Index = options.Index ?? GalleryIndexKind.Flat,
        Model = model.Name,
        ModelFingerprint = model.Fingerprint,
        PathsFromGallery = true,
    };

    public static bool Continues(string path, GalleryMode mode) => mode switch
    {
        GalleryMode.Open => true,
        GalleryMode.OpenOrCreate => File.Exists(path),
        GalleryMode.ResumeReplacement => File.Exists(path) && !File.Exists(Gallery.ReplacementPath(path)),
        _ => false,
    };

    public static Gallery Open(string path, GalleryHeader header, GalleryBuilderOptions options)
    {
        if (Continues(path, options.Mode))
        {
            return Extend(path, header.Dimensions, options);
        }

        if (File.Exists(path) && options.Mode is GalleryMode.Replace or GalleryMode.ResumeReplacement)
        {
            return Gallery.Replace(path, header, resume: options.Mode == GalleryMode.ResumeReplacement);
        }

        if (!File.Exists(path))
        {
            File.Delete(GalleryWhitening.PathOf(path));
        }

        return Gallery.CreateUnlessEmpty(path, header);
    }

    private static Gallery Extend(string path, int dimensions, GalleryBuilderOptions options)
    {
        var gallery = Gallery.Open(path, new GalleryOptions { Index = options.Index });
        if (gallery.Dimensions == dimensions)
        {
            return gallery;
        }

        var found = gallery.Dimensions;
        gallery.Dispose();
        throw new ModelFormatException(path, $"vectors of {dimensions} values", $"vectors of {found}");
    }
}
