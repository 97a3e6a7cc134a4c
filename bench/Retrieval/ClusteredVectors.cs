using System.Numerics.Tensors;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Bench.Retrieval;

/// <summary>
/// Unit vectors as embeddings of things look: clusters around random directions, seeded, so that every run sees the same.
/// </summary>
internal sealed class ClusteredVectors
{
    private readonly Random _random;
    private readonly float[][] _centres;
    private readonly float _spread;

    /// <summary>A source of vectors.</summary>
    /// <param name="dimension">Values in a vector.</param>
    /// <param name="clusters">Random directions.</param>
    /// <param name="spread">Length of the noise added to a unit centre; 1 puts members at a cosine of about 0.7 to their
    /// centre.</param>
    public ClusteredVectors(int dimension, int clusters, float spread, int seed)
    {
        _random = new Random(seed);
        _spread = spread;
        _centres = [.. Enumerable.Range(0, clusters).Select(_ => Unit(Gaussian(dimension, 1)))];
    }

    /// <summary>The next vector.</summary>
    public float[] Next()
    {
        var centre = _centres[_random.Next(_centres.Length)];
        var vector = Gaussian(centre.Length, _spread / MathF.Sqrt(centre.Length));
        TensorPrimitives.Add(vector, centre, vector);
        return Unit(vector);
    }

    /// <summary>The next so many vectors.</summary>
    public ReadOnlyMemory<float>[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => (ReadOnlyMemory<float>)Next())];

    /// <summary>The next so many vectors as items with ids from zero.</summary>
    public GalleryItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(i => new GalleryItem(i, "", Next()))];

    private float[] Gaussian(int dimension, float deviation)
    {
        var values = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            values[i] = deviation * MathF.Sqrt(-2 * MathF.Log(1 - _random.NextSingle())) * MathF.Cos(MathF.Tau * _random.NextSingle());
        }

        return values;
    }

    private static float[] Unit(float[] vector)
    {
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
