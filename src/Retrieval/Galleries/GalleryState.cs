namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>One state of one gallery file, for what is derived from it: the file, its last frame, its length, and the checksum
/// that ends it (two
/// histories that part after a restored backup agree in the numbers, but not in the checksum).</summary>
internal sealed record GalleryState(Guid FileId, ulong Sequence, long Length, uint Checksum);
