using Microsoft.Extensions.AI;

namespace PPLCNet.Vision.Retrieval.VectorData;

/// <summary>The vector in what callers of a vector store pass as a query.</summary>
internal static class QueryVector
{
    public static ReadOnlyMemory<float> Of<T>(T value) => value switch
    {
        ReadOnlyMemory<float> memory => memory,
        Memory<float> memory => memory,
        float[] array => array,
        Embedding<float> embedding => embedding.Vector,
        _ => throw new NotSupportedException($"Expected a query of float[], ReadOnlyMemory<float> or Embedding<float>, found {typeof(T)}; embed it first."),
    };
}
