namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>Pseudo-random tensors that keep a network's activations in range; the same for the same name and seed.</summary>
internal static class RandomWeights
{
    public static WeightTensor Make(string name, int[] shape, int seed)
    {
        var values = new float[shape.Aggregate(1, (product, d) => product * d)];
        var last = name[(name.LastIndexOf('.') + 1)..];
        var (low, high) = Range(last, shape);
        var random = new Random(unchecked((seed * 397) ^ StableHash(name)));
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = low + ((high - low) * random.NextSingle());
        }

        return new WeightTensor(shape, values);
    }

    private static (float Low, float High) Range(string last, int[] shape)
    {
        if (shape.Length >= 2)
        {
            // Fully connected weights are stored [in, out], convolutions [out, in / groups, h, w].
            var fan = shape.Length == 2 ? shape[0] : shape.Skip(1).Aggregate(1, (product, d) => product * d);
            var bound = MathF.Sqrt(6f / fan);
            return (-bound, bound);
        }

        return last switch
        {
            "_variance" => (0.5f, 1.5f),
            "weight" or "scale" => (0.8f, 1.2f),
            _ => (-0.1f, 0.1f),
        };
    }

    // string.GetHashCode differs from run to run.
    private static int StableHash(string text) => text.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));
}
