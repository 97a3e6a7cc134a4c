namespace PPLCNet.Vision.Retrieval.Galleries.Building;

/// <summary>An image or a row that is not in the gallery, and why.</summary>
/// <param name="Source">The path of the image, or the position of the row as text.</param>
/// <param name="Error">What went wrong.</param>
public sealed record GalleryFailure(string Source, Exception Error);
