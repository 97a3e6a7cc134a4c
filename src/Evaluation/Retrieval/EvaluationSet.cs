using System.Numerics.Tensors;
using PPLCNet.Vision.Files;

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

    /// <summary>Reads a matrix of NumPy and the labels of its rows.</summary>
    /// <param name="path">The matrix, <c>.npy</c> of shape [N, D].</param>
    /// <param name="labels">A list as <see cref="LabelList"/> reads it: path and label, or a label alone, for each row.</param>
    /// <param name="normalize">Whether each vector is divided by its length, so that scores are cosines.</param>
    /// <param name="withGroups">Whether the third field of each line is its group.</param>
    /// <exception cref="DataFormatException">One of the two cannot be read, they differ in length, or a group is missing.</exception>
    public static EvaluationSet Read(string path, string labels, bool normalize = true, bool withGroups = false)
    {
        var (rows, columns, values) = NpyMatrix.Read(path);
        var list = LabelList.Read(labels, LabelListUse.Rows);
        if (list.Count != rows)
        {
            throw new DataFormatException($"'{labels}': expected {rows} labels for the rows of '{path}', found {list.Count}.");
        }

        for (var row = 0; row < rows && normalize; row++)
        {
            var vector = values.AsSpan(row * columns, columns);
            if (!float.IsFinite(TensorPrimitives.SumOfSquares<float>(vector)))
            {
                throw new DataFormatException($"'{path}', row {row}: expected finite values, whose squares are finite too, found others.");
            }

            UnitLength.Normalize(vector);
        }

        var groups = withGroups ? GroupsOf(labels, list.Select(entry => (entry.Path ?? "", entry.Group))) : null;
        return new EvaluationSet(values, columns, [.. list.Select(entry => entry.LabelOrFolder)], groups);
    }

    /// <summary>The groups of a list.</summary>
    /// <exception cref="DataFormatException">An image has none.</exception>
    internal static string[] GroupsOf(string list, IEnumerable<(string Path, string? Group)> images) => [.. images.Select(image => image.Group
        ?? throw new DataFormatException($"'{list}': expected a group as the third field of each line, found none for '{image.Path}'."))];

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
