using System.Buffers;
using System.Runtime.InteropServices;
using PPLCNet.Vision.Detection.Decoding;

namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>Soft suppression: overlapping boxes lose score instead of being dropped (arXiv 1704.04503, figure 2).</summary>
internal static class SoftNms
{
    /// <summary>Treats every class by itself, or all as one.</summary>
    public static void Run(Candidates candidates, NmsOptions options, KeptBoxes kept)
    {
        var groups = new SortedDictionary<int, List<int>>();
        using var queue = new BestFirstQueue(candidates, !options.ClassAgnostic);
        for (var left = candidates.Count; left > 0; left--)
        {
            var position = queue.Take(left);
            var group = options.ClassAgnostic ? 0 : candidates.ClassIds[position];
            if (!groups.TryGetValue(group, out var members))
            {
                groups.Add(group, members = []);
            }

            if (options.TopKBefore == 0 || members.Count < options.TopKBefore)
            {
                members.Add(position);
            }
        }

        foreach (var members in groups.Values)
        {
            RunGroup(candidates, CollectionsMarshal.AsSpan(members), options, kept);
        }
    }

    /// <summary>
    /// Takes the best of the remaining, decays the rest, and again, until nothing is above the final threshold.
    /// </summary>
    private static void RunGroup(Candidates candidates, ReadOnlySpan<int> bestFirst, NmsOptions options, KeptBoxes kept)
    {
        using var rest = new BoxColumns(bestFirst.Length);
        var positions = bestFirst.ToArray();
        var scores = new float[positions.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            rest.Add(candidates.Boxes[positions[i]]);
            scores[i] = candidates.Scores[positions[i]];
        }

        var iou = ArrayPool<float>.Shared.Rent(positions.Length);
        while (rest.Count > 0)
        {
            var best = Best(scores.AsSpan(0, rest.Count), positions);
            if (!(scores[best] > options.FinalScoreThreshold))
            {
                break;
            }

            var box = candidates.Boxes[positions[best]];
            kept.Add(positions[best], scores[best]);
            rest.RemoveSwap(best);
            (positions[best], scores[best]) = (positions[rest.Count], scores[rest.Count]);
            rest.Iou(box, iou);
            for (var i = 0; i < rest.Count; i++)
            {
                scores[i] *= Decay(iou[i], options);
            }
        }

        ArrayPool<float>.Shared.Return(iou);
    }

    private static float Decay(float iou, NmsOptions options) => options.Method == NmsMethod.SoftGaussian
        ? MathF.Exp(-(iou * iou) / options.Sigma)
        : iou > options.IouThreshold ? 1 - iou : 1;

    /// <summary>Of equal scores the earlier candidate, whatever order removals left.</summary>
    private static int Best(ReadOnlySpan<float> scores, ReadOnlySpan<int> positions)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best] || (scores[i] == scores[best] && positions[i] < positions[best]))
            {
                best = i;
            }
        }

        return best;
    }
}
