namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>How the graph keeps its copy of the vectors. Answers are scored from the float32 originals either way.</summary>
internal enum HnswPrecision
{
    /// <summary>Two bytes a value.</summary>
    BFloat16,

    /// <summary>Two bytes a value.</summary>
    Float16,

    /// <summary>Four bytes a value.</summary>
    Float32,

    /// <summary>One byte a value; unit vectors only.</summary>
    Int8,
}

/// <summary>Settings of a <see cref="HnswIndex"/>.</summary>
public sealed record HnswOptions
{
    /// <summary>Links a node (M); more finds more and takes more memory.</summary>
    public int Connectivity { get; init; } = 16;

    /// <summary>Candidates looked at when a node is linked (efConstruction).</summary>
    public int BuildBreadth { get; init; } = 200;

    /// <summary>Candidates looked at in a search (ef) where <see cref="SearchOptions.Breadth"/> does not say.</summary>
    public int SearchBreadth { get; init; } = 64;

    /// <summary>How the graph keeps its copy of the vectors.</summary>
    internal HnswPrecision Precision { get; init; } = HnswPrecision.BFloat16;

    /// <summary>Threads that link new nodes. With one, the same items in the same order make the same graph.</summary>
    public int BuildThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Galleries up to this size are scanned: that is exact, and as fast.</summary>
    public int ScanUpTo { get; init; } = 1000;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Connectivity, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(BuildBreadth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SearchBreadth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BuildThreads, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(ScanUpTo);
    }
}
