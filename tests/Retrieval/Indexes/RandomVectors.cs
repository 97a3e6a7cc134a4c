using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes;

/// <summary>Seeded vectors and items, and the plainest search there is.</summary>
internal static class RandomVectors
{
    public static float[] Vector(Random random, int dimension)
    {
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return vector;
    }

    public static float[] Unit(Random random, int dimension)
    {
        var vector = Vector(random, dimension);
        var norm = MathF.Sqrt(vector.Sum(v => v * v));
        return [.. vector.Select(v => v / norm)];
    }

    /// <summary>
    /// Items with label <c>label i % 5</c> and metadata <c>tenant</c> (a, b, c), <c>price</c> (i), <c>even</c>.
    /// </summary>
    public static GalleryItem[] Items(int seed, int count, int dimension, long firstId = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new GalleryItem(firstId + i, $"label {i % 5}", Unit(random, dimension), new Dictionary<string, MetadataValue>
        {
            ["tenant"] = "abc"[i % 3].ToString(),
            ["price"] = i,
            ["even"] = i % 2 == 0,
        }))];
    }

    /// <summary>Ids and scores of the best, in double precision, by sorting everything.</summary>
    public static (long Id, double Score)[] Best(IEnumerable<GalleryItem> items, ReadOnlyMemory<float> query, int k, Func<float[], float[], double> score) =>
        [.. items.Select(i => (i.Id, Score: score(i.Vector.ToArray(), query.ToArray()))).OrderByDescending(p => p.Score).ThenBy(p => p.Id).Take(k)];

    public static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    public static double L2Score(float[] a, float[] b) => 1 - (a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum() / 2);

    public static double Cosine(float[] a, float[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
}
