using System.Numerics.Tensors;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>What a stranger may score, judged by how unlike labels score each other.</summary>
internal static class UnlikeLabels
{
    private const int MostItems = 500;
    private const double OneDeviationBelow = 0.1587; // share of a normal distribution

    /// <summary>
    /// The threshold that a stranger passes at the given rate. Scores of two labels are a bulk of unlike ones and a tail of those
    /// that look alike;
    /// the bulk's middle and lower side, which the tail does not touch, give a normal distribution, and a stranger's best score
    /// is the highest of one draw
    /// from it for each label.
    /// </summary>
    /// <param name="items">Items of at least two labels.</param>
    /// <param name="metric">How they are compared.</param>
    /// <param name="rate">Share of strangers that may pass; 0 gives infinity.</param>
    public static float Threshold(IReadOnlyList<GalleryItem> items, VectorMetric metric, double rate)
    {
        var step = (items.Count + MostItems - 1) / MostItems;
        GalleryItem[] some = [.. items.Where((_, i) => i % step == 0)];
        var scores = new List<float>();
        for (var i = 0; i < some.Length; i++)
        {
            for (var j = i + 1; j < some.Length; j++)
            {
                if (some[i].Label != some[j].Label)
                {
                    scores.Add(Score(some[i].Vector.Span, some[j].Vector.Span, metric));
                }
            }
        }

        if (rate <= 0 || scores.Count == 0)
        {
            return float.PositiveInfinity;
        }

        scores.Sort();
        var middle = scores[scores.Count / 2];
        var deviation = middle - scores[(int)(OneDeviationBelow * scores.Count)];
        return (float)(middle + (deviation * HighestOf(items.Select(i => i.Label).Distinct().Count() / rate)));
    }

    /// <summary>Where the highest of so many normal draws lies, in standard deviations (the usual asymptotic formula).</summary>
    private static double HighestOf(double draws)
    {
        var root = Math.Sqrt(2 * Math.Log(Math.Max(draws, 2)));
        return Math.Max(0, root - ((Math.Log(Math.Max(root * root / 2, 1)) + Math.Log(4 * Math.PI)) / (2 * root)));
    }

    private static float Score(ReadOnlySpan<float> a, ReadOnlySpan<float> b, VectorMetric metric)
    {
        var distance = metric == VectorMetric.L2 ? TensorPrimitives.Distance(a, b) : 0;
        return metric == VectorMetric.L2 ? 1 - (distance * distance / 2) : TensorPrimitives.Dot(a, b);
    }
}
