namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>One named tensor of a weights file, as float32 whatever its storage was. Treat it as immutable.</summary>
public sealed class WeightTensor
{
    /// <summary>Wraps values, row-major, without copying them.</summary>
    /// <exception cref="ArgumentException">The shape and the number of values disagree.</exception>
    public WeightTensor(IReadOnlyList<int> shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Shape = [.. shape];
        if (Shape.Aggregate(1L, (product, d) => product * d) != values.Length)
        {
            throw new ArgumentException($"Shape {ShapeText} does not hold {values.Length} values.", nameof(values));
        }

        Values = values;
    }

    /// <summary>Dimensions; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The values, row-major.</summary>
    public float[] Values { get; }

    /// <summary>Shape for messages, for example <c>[16,3,3,3]</c>.</summary>
    public string ShapeText => Text(Shape);

    /// <summary>Writes any shape as <see cref="ShapeText"/> does.</summary>
    public static string Text(IEnumerable<int> shape) => $"[{string.Join(',', shape)}]";

    /// <summary>A matrix [rows, columns] as [columns, rows].</summary>
    internal WeightTensor Transpose()
    {
        var (rows, columns) = (Shape[0], Shape[1]);
        var values = new float[Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[(i % columns * rows) + (i / columns)] = Values[i];
        }

        return new WeightTensor([columns, rows], values);
    }
}
