using System.Numerics.Tensors;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>The mean directions of labels, and how far images are from the nearest: 0 at a mean, 1 at a right angle.</summary>
internal static class ClassMeans
{
    /// <summary>The means of the rows of each label, of length 1, as columns [D, C]; zeros for a label without rows.</summary>
    public static float[] Of(FeatureMatrix features, Targets targets)
    {
        var unit = features.Normalized();
        var means = new FeatureMatrix(features.Width, new float[targets.Classes * features.Width]);
        for (var i = 0; i < unit.Count; i++)
        {
            foreach (var label in targets.Labels[i])
            {
                TensorPrimitives.Add(means[label], unit[i], means[label]);
            }
        }

        means = means.Normalized();
        var columns = new float[means.Values.Length];
        for (var c = 0; c < targets.Classes; c++)
        {
            for (var j = 0; j < features.Width; j++)
            {
                columns[(j * targets.Classes) + c] = means[c][j];
            }
        }

        return columns;
    }

    /// <summary>The distance of each row to the nearest mean.</summary>
    public static float[] Distances(MatrixProducts products, FeatureMatrix features, float[] means)
    {
        if (features.Count == 0)
        {
            return [];
        }

        var unit = features.Normalized();
        var cosines = new FeatureMatrix(means.Length / features.Width, new float[features.Count * (means.Length / features.Width)]);
        products.Forward(unit.Values, means, features.Width, cosines.Values);
        return [.. Enumerable.Range(0, features.Count).Select(i => 1 - TensorPrimitives.Max<float>(cosines[i]))];
    }
}
