using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>How a <see cref="GalleryBuilder"/> works.</summary>
public sealed record GalleryBuilderOptions
{
    /// <summary>What happens to a gallery that exists.</summary>
    public GalleryMode Mode { get; init; } = GalleryMode.OpenOrCreate;

    /// <summary>
    /// The index to search with; null takes that of the existing gallery, and <see cref="GalleryIndexKind.Flat"/> for a new
    /// one.
    /// </summary>
    public GalleryIndexKind? Index { get; init; }

    /// <summary>Crops each image to its best detection; null embeds whole images. The detector belongs to the caller.</summary>
    public IObjectDetector? Detector { get; init; }

    /// <summary>Whether images whose paths are in the gallery are embedded again; otherwise they are skipped.</summary>
    public bool Update { get; init; }

    /// <summary>Images processed concurrently; 0 means one per core.</summary>
    public int Workers { get; init; }

    /// <summary>Items in one write to the disk, at least 1. With 1, everything that progress reports is stored.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Images above these limits are reported as failures; null takes the usual limits.</summary>
    public ImageLimits? ImageLimits { get; init; }
}
