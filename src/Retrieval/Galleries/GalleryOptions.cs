using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>How to open a gallery.</summary>
public sealed record GalleryOptions
{
    /// <summary>Whether to open for reading only: no lock is taken, and writes are refused.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The index to search with instead of the one that the file names.</summary>
    public GalleryIndexKind? Index { get; init; }

    /// <summary>Threads that share one search of a flat index.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Settings of the graph where the index is <see cref="GalleryIndexKind.Hnsw"/>.</summary>
    public HnswOptions Hnsw { get; init; } = new();
}
