using System.Text;

namespace PPLCNet.Vision.Tests.Support;

/// <summary>
/// Tensors made from a key and a shape alone, the same in any language (FNV-1a 64 seeds a SplitMix64 counter):
/// the weights and inputs behind the golden vectors.
/// </summary>
public static class SeededTensor
{
    /// <summary>Values of the weight <paramref name="key"/>; the range follows from its shape and the key's last part.</summary>
    public static float[] Weight(string key, IReadOnlyList<int> shape, double gain)
    {
        var last = key[(key.LastIndexOf('.') + 1)..];
        if (shape.Count == 1 && last == "project")
        {
            return [.. Enumerable.Range(0, shape[0]).Select(i => (float)i)];
        }

        var (lo, hi) = Range(key, last, shape, gain);
        return Uniform(key, shape, lo, hi);
    }

    /// <summary>The input <c>x</c> of every golden vector: uniform between -2 and 2.</summary>
    public static float[] Input(IReadOnlyList<int> shape) => Uniform("input:x", shape, -2, 2);

    /// <summary>Uniform values between <paramref name="lo"/> and <paramref name="hi"/>, row-major.</summary>
    public static float[] Uniform(string key, IReadOnlyList<int> shape, double lo, double hi)
    {
        var hash = Fnv1A64(key);
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            var u = (SplitMix64(hash + ((ulong)(i + 1) * 0x9E3779B97F4A7C15)) >> 11) * (1.0 / (1L << 53));
            values[i] = (float)(lo + ((hi - lo) * u));
        }

        return values;
    }

    /// <summary>FNV-1a 64 of the UTF-8 bytes of <paramref name="key"/>.</summary>
    public static ulong Fnv1A64(string key)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var b in Encoding.UTF8.GetBytes(key))
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return hash;
    }

    private static ulong SplitMix64(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static (double Lo, double Hi) Range(string key, string last, IReadOnlyList<int> shape, double gain)
    {
        if (shape.Count >= 2)
        {
            // Two dimensions: fully connected weights are stored [in, out], so the fan is the first one.
            double fan = shape.Count == 2 ? shape[0] : shape.Skip(1).Aggregate(1, (a, b) => a * b);
            var a = gain * Math.Sqrt(3 / fan);
            return (-a, a);
        }

        return last switch
        {
            "_mean" or "running_mean" => (-0.2, 0.2),
            "_variance" or "running_var" => (0.5, 1.5),
            "weight" or "scale" => (0.8, 1.2),
            _ when key.Contains(".bn", StringComparison.Ordinal) || key.Contains("norm", StringComparison.Ordinal) => (-0.2, 0.2),
            _ => (-0.1, 0.1),
        };
    }
}
