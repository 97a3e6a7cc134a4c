namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>
/// Vectors with labels: the queries or the gallery of an evaluation. Immutable and safe to share between threads.
/// </summary>
public sealed class EvaluationSet
{
    /// <summary>A set.</summary>
    /// <param name="vectors">[N, D], row-major; scores are inner products, so unit vectors give cosines.</param>
    /// <param name="dimension">D.</param>
    /// <param name="labels">N labels.</param>
    /// <param name="groups">
    /// N group names, or null. A query never counts, and never competes with, gallery items of its own label and its own group:
    /// cameras in re-identification, the image itself where queries and gallery are one set.
    /// </param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is not finite.</exception>
    public EvaluationSet(ReadOnlyMemory<float> vectors, int dimension, IReadOnlyList<string> labels, IReadOnlyList<string>? groups = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentNullException.ThrowIfNull(labels);
        if (vectors.Length != (long)labels.Count * dimension)
        {
            throw new ArgumentException($"Expected {labels.Count} vectors of {dimension} values, found {vectors.Length} values.", nameof(vectors));
        }

        if (groups is not null && groups.Count != labels.Count)
        {
            throw new ArgumentException($"Expected {labels.Count} groups, found {groups.Count}.", nameof(groups));
        }

        var bad = FirstNotFinite(vectors.Span);
        if (bad >= 0)
        {
            throw new ArgumentException($"Vector {bad / dimension} has a value that is not finite ({vectors.Span[bad]} at {bad % dimension}).", nameof(vectors));
        }

        Vectors = vectors;
        Dimensions = dimension;
        Labels = labels;
        Groups = groups;
    }

    /// <summary>All vectors, [N, D] row-major.</summary>
    public ReadOnlyMemory<float> Vectors { get; }

    /// <summary>Values in a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Label of each vector.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Group of each vector, or null.</summary>
    public IReadOnlyList<string>? Groups { get; }

    /// <summary>Number of vectors.</summary>
    public int Count => Labels.Count;

    /// <summary>One vector.</summary>
    public ReadOnlySpan<float> this[int index] => Vectors.Span.Slice(index * Dimensions, Dimensions);

    private static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
