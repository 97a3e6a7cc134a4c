namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>How far a <see cref="GalleryBuilder"/> is.</summary>
/// <param name="Done">Images finished, including failures.</param>
/// <param name="Total">Images to do, without those that are skipped.</param>
/// <param name="Source">The image that was finished last.</param>
/// <param name="Error">Why it is not in the gallery; null where it is.</param>
public readonly record struct GalleryBuildProgress(int Done, int Total, string Source, Exception? Error);
