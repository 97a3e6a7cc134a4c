namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>What one query found, enough to add queries up in any order and on any machine.</summary>
internal sealed record QueryOutcome
{
    /// <summary>Position of the query in its set; outcomes are added up in this order.</summary>
    public required int Query { get; init; }

    /// <summary>The query's label.</summary>
    public required string Label { get; init; }

    /// <summary>Gallery items that should be found; 0 leaves the query out of every mean but precision.</summary>
    public required int Relevant { get; init; }

    /// <summary>Relevant items within the first k ranks, for each k of the options.</summary>
    public required IReadOnlyList<int> Hits { get; init; }

    /// <summary>Average precision.</summary>
    public required double AveragePrecision { get; init; }

    /// <summary>Inverse negative penalty: relevant items over the rank of the last one.</summary>
    public required double InverseNegativePenalty { get; init; }

    /// <summary>Average precision if every tie were resolved for, and against, the query.</summary>
    public required (double Worst, double Best) AveragePrecisionBounds { get; init; }

    /// <summary>Whether the first rank is a hit if every tie were resolved for, and against, the query.</summary>
    public required (bool Worst, bool Best) FirstHitBounds { get; init; }

    /// <summary>Label of the best ranked gallery item; null for an empty ranking.</summary>
    public string? BestLabel { get; init; }
}
