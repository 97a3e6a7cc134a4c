using System.Numerics.Tensors;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>Probabilities of logits.</summary>
internal static class Probabilities
{
    /// <summary>The softmax of each row, or the sigmoid of each value, as a copy.</summary>
    public static FeatureMatrix Of(FeatureMatrix logits, bool isMultiLabel)
    {
        var scores = new FeatureMatrix(logits.Width, new float[logits.Values.Length]);
        for (var i = 0; i < logits.Count; i++)
        {
            if (isMultiLabel)
            {
                TensorPrimitives.Sigmoid<float>(logits[i], scores[i]);
            }
            else
            {
                TensorPrimitives.SoftMax<float>(logits[i], scores[i]);
            }
        }

        return scores;
    }
}
