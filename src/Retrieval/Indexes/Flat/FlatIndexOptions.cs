namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>How a flat index scans.</summary>
public enum FlatPrecision
{
    /// <summary>Reads every vector as it is.</summary>
    Float32,

    /// <summary>Reads one byte per value and scores again, exactly, every item that rounding could have wronged: the same
    /// answers as <see cref="Float32"/>, sooner, for a quarter more memory.</summary>
    Int8,
}

/// <summary>Settings of a <see cref="FlatIndex"/>.</summary>
public sealed record FlatIndexOptions
{
    /// <summary>What a scan reads.</summary>
    public FlatPrecision Precision { get; init; } = FlatPrecision.Float32;

    /// <summary>Threads that share one search. One leaves the other cores to other searches.</summary>
    public int Threads { get; init; } = 1;
}
