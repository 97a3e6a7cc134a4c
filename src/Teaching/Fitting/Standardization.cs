using System.Numerics.Tensors;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>Moves features to mean 0 and deviation 1, so that one strength of regularization fits all of them.</summary>
/// <param name="Center">The means [D].</param>
/// <param name="Scale">The reciprocals of the deviations [D]; 0 for a feature that never changes.</param>
internal sealed record Standardization(float[] Center, float[] Scale)
{
    /// <summary>Measures features.</summary>
    public static Standardization Of(FeatureMatrix features)
    {
        double[] sum = new double[features.Width], squares = new double[features.Width];
        for (var i = 0; i < features.Count; i++)
        {
            var row = features[i];
            for (var j = 0; j < row.Length; j++)
            {
                sum[j] += row[j];
                squares[j] += (double)row[j] * row[j];
            }
        }

        float[] center = new float[features.Width], scale = new float[features.Width];
        for (var j = 0; j < center.Length; j++)
        {
            var mean = sum[j] / features.Count;
            var variance = (squares[j] / features.Count) - (mean * mean);
            center[j] = (float)mean;
            scale[j] = variance > 1e-10 * Math.Max(1, mean * mean) ? (float)(1 / Math.Sqrt(variance)) : 0;
        }

        return new Standardization(center, scale);
    }

    /// <summary>Standardizes rows in place.</summary>
    public void Apply(FeatureMatrix features)
    {
        for (var i = 0; i < features.Count; i++)
        {
            var row = features[i];
            TensorPrimitives.Subtract(row, Center, row);
            TensorPrimitives.Multiply(row, Scale, row);
        }
    }
}
