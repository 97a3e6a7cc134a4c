using System.Numerics.Tensors;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>A fitted layer: logits are features times weights plus bias. Immutable.</summary>
/// <param name="Weights">[D, C], row-major.</param>
/// <param name="Bias">[C].</param>
internal sealed record LinearLayer(float[] Weights, float[] Bias)
{
    /// <summary>The logits of rows: [N, C], row-major.</summary>
    public FeatureMatrix Logits(MatrixProducts products, FeatureMatrix features)
    {
        var logits = new FeatureMatrix(Bias.Length, new float[features.Count * Bias.Length]);
        if (features.Count > 0)
        {
            products.Forward(features.Values, Weights, features.Width, logits.Values);
            for (var i = 0; i < logits.Count; i++)
            {
                TensorPrimitives.Add(logits[i], Bias, logits[i]);
            }
        }

        return logits;
    }

    /// <summary>The layer whose logits are divided by a temperature.</summary>
    public LinearLayer Divide(double temperature)
    {
        float[] weights = [.. Weights], bias = [.. Bias];
        TensorPrimitives.Divide(weights, (float)temperature, weights);
        TensorPrimitives.Divide(bias, (float)temperature, bias);
        return new LinearLayer(weights, bias);
    }
}
