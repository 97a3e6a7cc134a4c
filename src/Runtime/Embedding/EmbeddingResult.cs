namespace PPLCNet.Vision.Runtime.Embedding;

/// <summary>The vector of one image; it converts to an array. Immutable.</summary>
/// <param name="Vector">The values.</param>
public sealed record EmbeddingResult(float[] Vector) : IPrediction<EmbeddingResult>
{
    /// <inheritdoc/>
    public StageTimings Timings { get; init; }

    /// <summary>The values.</summary>
    public static implicit operator float[](EmbeddingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Vector;
    }

    /// <summary>The values.</summary>
    public static implicit operator ReadOnlyMemory<float>(EmbeddingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Vector;
    }

    /// <summary>The values, without a copy.</summary>
    public float[] ToSingleArray() => Vector;

    /// <summary>The values as memory, without a copy.</summary>
    public ReadOnlyMemory<float> ToReadOnlyMemory() => Vector;

    /// <inheritdoc/>
    public EmbeddingResult WithTimings(StageTimings timings) => this with { Timings = timings };
}
