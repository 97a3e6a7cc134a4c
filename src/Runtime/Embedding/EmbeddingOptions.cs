namespace PPLCNet.Vision.Runtime.Embedding;

/// <summary>What can change from call to call of an embedder.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>Vectors of length 1.</summary>
    public static EmbeddingOptions Default { get; } = new();

    /// <summary>Whether vectors are divided by their Euclidean length; a vector of zeros stays one.</summary>
    public bool Normalize { get; init; } = true;
}
