using PPLCNet.Vision.Retrieval.Filters;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>What a search asks for.</summary>
public sealed record SearchOptions
{
    /// <summary>Ten best matches, no filter.</summary>
    public static SearchOptions Default { get; } = new();

    /// <summary>
    /// The maximum number of matches; fewer are returned only where fewer items pass the filter and the least score.
    /// </summary>
    public int K { get; init; } = 10;

    /// <summary>Which items may be found; null for all.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>Matches with a lower score are left out.</summary>
    public float MinScore { get; init; } = float.NegativeInfinity;

    /// <summary>
    /// Candidates that an approximate index looks at (ef of HNSW): more finds more and takes longer; null for the index's own
    /// setting. Exact indexes ignore it.
    /// </summary>
    public int? Breadth { get; init; }
}
