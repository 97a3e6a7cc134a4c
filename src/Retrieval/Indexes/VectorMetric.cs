namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>How two vectors are compared. Scores are similarities: higher is better under every metric.</summary>
public enum VectorMetric
{
    /// <summary>
    /// Cosine: items and queries are normalized to length 1 on entry; the score is their inner product, -1 to 1.
    /// </summary>
    Cosine,

    /// <summary>Inner product of the vectors as they are.</summary>
    InnerProduct,

    /// <summary>
    /// Euclidean distance d of the vectors as they are; the score is 1 - d²/2, which for unit vectors is their cosine.
    /// </summary>
    L2,
}
