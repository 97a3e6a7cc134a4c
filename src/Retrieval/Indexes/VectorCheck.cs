using System.Numerics.Tensors;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>
/// The checks that every index makes before it takes a vector, so that all refuse the same things in the same words.
/// </summary>
internal static class VectorCheck
{
    /// <summary>Checks a query and normalizes it where the metric asks for it; otherwise it is passed on as it is.</summary>
    public static ReadOnlyMemory<float> Query(ReadOnlyMemory<float> query, int dimension, VectorMetric metric) =>
        Ready(query, dimension, metric, "the query");

    /// <summary>Checks options.</summary>
    public static SearchOptions Options(SearchOptions? options)
    {
        options ??= SearchOptions.Default;
        if (options.K < 1)
        {
            throw new ArgumentException($"K must be 1 or above, found {options.K}.", nameof(options));
        }

        if (options.Breadth is < 1)
        {
            throw new ArgumentException($"Breadth must be 1 or above, found {options.Breadth}.", nameof(options));
        }

        return options;
    }

    /// <summary>Checks items, and that no id occurs twice; normalizes vectors where the metric asks for it.</summary>
    public static IReadOnlyList<GalleryItem> Items(IReadOnlyList<GalleryItem> items, int dimension, VectorMetric metric)
    {
        ArgumentNullException.ThrowIfNull(items);
        var seen = new HashSet<long>(items.Count);
        var ready = new GalleryItem[items.Count];
        for (var i = 0; i < ready.Length; i++)
        {
            var item = items[i];
            if (!seen.Add(item.Id))
            {
                throw new ArgumentException($"Item {item.Id} occurs twice.", nameof(items));
            }

            var vector = Ready(item.Vector, dimension, metric, $"item {item.Id}");
            ready[i] = vector.Equals(item.Vector) ? item : item.WithVector(vector);
        }

        return ready;
    }

    /// <summary>The refusal of an id that is there already.</summary>
    public static ArgumentException Duplicate(long id) =>
        new($"Item {id} already exists; update it, or remove it first.", nameof(id));

    private static ReadOnlyMemory<float> Ready(ReadOnlyMemory<float> vector, int dimension, VectorMetric metric, string what)
    {
        if (vector.Length != dimension)
        {
            throw new ArgumentException($"The vector of {what} has the wrong length: expected {dimension} values, found {vector.Length}.", nameof(vector));
        }

        var squares = TensorPrimitives.SumOfSquares(vector.Span);
        if (!float.IsFinite(squares))
        {
            throw new ArgumentException(
                $"The vector of {what} has values that are not finite (or whose squares are not): expected finite values, found {FirstBad(vector.Span)}.", nameof(vector));
        }

        if (metric != VectorMetric.Cosine)
        {
            return vector;
        }

        if (squares == 0)
        {
            throw new ArgumentException($"The vector of {what} has length zero, which has no direction.", nameof(vector));
        }

        // A vector that is a unit vector to within rounding stays bit for bit what it is, so that saving and loading changes
        // nothing.
        if (Math.Abs(squares - 1) < 1e-5f)
        {
            return vector;
        }

        var unit = new float[dimension];
        TensorPrimitives.Divide(vector.Span, MathF.Sqrt(squares), unit);
        return unit;
    }

    private static string FirstBad(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return $"{values[i]} at {i}";
            }
        }

        return "a sum of squares beyond float";
    }
}
