using System.Numerics.Tensors;

namespace PPLCNet.Vision.Teaching.Features;

/// <summary>Vectors as the rows of a matrix, row-major. Treat it as immutable once it is filled.</summary>
/// <param name="width">Length of a row.</param>
/// <param name="values">Rows * width values.</param>
internal sealed class FeatureMatrix(int width, float[] values)
{
    /// <summary>Length of a row.</summary>
    public int Width => width;

    /// <summary>Number of rows.</summary>
    public int Count => values.Length / width;

    /// <summary>All values.</summary>
    public float[] Values => values;

    /// <summary>One row.</summary>
    public Span<float> this[int row] => values.AsSpan(row * width, width);

    /// <summary>Some of the rows, copied.</summary>
    public FeatureMatrix Take(IReadOnlyList<int> rows)
    {
        var taken = new float[rows.Count * width];
        for (var i = 0; i < rows.Count; i++)
        {
            this[rows[i]].CopyTo(taken.AsSpan(i * width));
        }

        return new FeatureMatrix(width, taken);
    }

    /// <summary>The rows divided by their lengths, as a copy; rows of zeros stay.</summary>
    public FeatureMatrix Normalized()
    {
        var copy = new FeatureMatrix(width, [.. values]);
        for (var i = 0; i < Count; i++)
        {
            var length = TensorPrimitives.Norm<float>(copy[i]);
            if (length > 0)
            {
                TensorPrimitives.Divide(copy[i], length, copy[i]);
            }
        }

        return copy;
    }
}
