using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Postgres;

/// <summary>Where and how a <see cref="PgVectorIndex"/> keeps its items.</summary>
public sealed record PgVectorOptions
{
    /// <summary>Values in a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How vectors are compared.</summary>
    public VectorMetric Metric { get; init; } = VectorMetric.Cosine;

    /// <summary>Which model makes the vectors: noted with a new table, and compared with what is noted when a table is opened.
    /// Use <see cref="VectorModel.Of"/>.</summary>
    public VectorModel Model { get; init; } = VectorModel.Unknown;

    /// <summary>The table: lower-case letters, digits and underscores.</summary>
    public string Table { get; init; } = "gallery";

    /// <summary>Links a node of the graph (m).</summary>
    public int Connectivity { get; init; } = 16;

    /// <summary>Candidates looked at when a node is linked (ef_construction).</summary>
    public int BuildBreadth { get; init; } = 128;

    /// <summary>Candidates looked at in a search (ef_search) where <see cref="SearchOptions.Breadth"/> does not say.</summary>
    public int SearchBreadth { get; init; } = 64;

    /// <summary>A filter that lets at most so many items through is searched exactly, over these items alone.</summary>
    public int ScanUpTo { get; init; } = 1000;
}
