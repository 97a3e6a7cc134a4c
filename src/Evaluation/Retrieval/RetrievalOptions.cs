namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>How a retrieval evaluation counts.</summary>
public sealed record RetrievalOptions
{
    /// <summary>Recall and precision at 1, 5 and 10.</summary>
    public static RetrievalOptions Default { get; } = new();

    /// <summary>
    /// Ranks at which recall and precision are taken, at least 1 each; beyond the gallery's size, all of it counts.
    /// </summary>
    public IReadOnlyList<int> Ks { get; init; } = [1, 5, 10];

    /// <summary>
    /// Counts as PaddleClas does, to reproduce published figures: excluded items stay in the ranking with score 0, mINP
    /// divides by the last rank minus one, and means are taken block by block of 64 queries.
    /// </summary>
    public bool PaddleCompatible { get; init; }

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
