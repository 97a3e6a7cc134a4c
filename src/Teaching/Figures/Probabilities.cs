using System.Numerics.Tensors;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>Probabilities of logits, and what they say.</summary>
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

    /// <summary>The labels that a row of probabilities says: the likeliest, or with several labels an image those above one half.</summary>
    public static int[] Answers(ReadOnlySpan<float> scores, bool isMultiLabel)
    {
        if (!isMultiLabel)
        {
            return [TensorPrimitives.IndexOfMax(scores)];
        }

        var found = new List<int>();
        for (var label = 0; label < scores.Length; label++)
        {
            if (scores[label] >= 0.5f)
            {
                found.Add(label);
            }
        }

        return [.. found];
    }
}
