namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>What became of the images or rows that a <see cref="GalleryBuilder"/> was given.</summary>
/// <param name="Stored">Items that were written.</param>
/// <param name="Known">Images that were skipped because their paths are in the gallery.</param>
/// <param name="Failures">The others, in their order.</param>
public sealed record GalleryBuildReport(int Stored, int Known, IReadOnlyList<GalleryFailure> Failures);
