namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// Checked queries as the kernels want them: one after another, each padded with zeros, and zero queries up to a multiple of
/// four.
/// </summary>
internal sealed class QueryBlock
{
    private readonly float[] _values;

    public QueryBlock(IReadOnlyList<ReadOnlyMemory<float>> queries, int dimension, VectorMetric metric)
    {
        ArgumentNullException.ThrowIfNull(queries);
        Count = queries.Count;
        Stride = DotKernel.Stride(dimension);
        _values = new float[checked((Count + DotKernel.Queries - 1) / DotKernel.Queries * DotKernel.Queries * Stride)];
        for (var q = 0; q < Count; q++)
        {
            VectorCheck.Query(queries[q], dimension, metric).Span.CopyTo(_values.AsSpan(q * Stride));
        }
    }

    /// <summary>Queries, the padding not counted.</summary>
    public int Count { get; }

    /// <summary>Floats from one query to the next.</summary>
    public int Stride { get; }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One of them, padded.</summary>
    public ReadOnlySpan<float> this[int query] => _values.AsSpan(query * Stride, Stride);
}
