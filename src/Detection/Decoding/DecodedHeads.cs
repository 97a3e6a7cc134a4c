using System.Runtime.InteropServices;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>Candidates from boxes and class-major scores. Stateless and thread-safe.</summary>
internal static class DecodedHeads
{
    /// <summary>Adds every candidate above the threshold, class after class.</summary>
    /// <param name="boxes">[A, 4], input pixels.</param>
    /// <param name="scores">[C, A].</param>
    /// <param name="options">Score threshold and label mode.</param>
    /// <param name="model">Name for messages.</param>
    /// <param name="into">Receives the candidates.</param>
    /// <exception cref="ModelFormatException">A score or a box is not finite.</exception>
    public static void Collect(ReadOnlySpan<float> boxes, ReadOnlySpan<float> scores, NmsOptions options, string model, Candidates into)
    {
        var corners = MemoryMarshal.Cast<float, Box>(boxes);
        var anchors = corners.Length;
        for (var i = ScoreScan.NextAbove(scores, 0, options.ScoreThreshold); i < scores.Length; i = ScoreScan.NextAbove(scores, i + 1, options.ScoreThreshold))
        {
            var (classId, anchor) = Math.DivRem(i, anchors);
            if (!float.IsFinite(scores[i]) || !corners[anchor].IsFinite)
            {
                throw new ModelFormatException(model, "finite scores and boxes", $"{scores[i]} and {corners[anchor]} for class {classId}, anchor {anchor}");
            }

            if (into.Wants(classId) && (options.MultiLabel || IsBest(scores, classId, anchor, anchors)))
            {
                into.Add(corners[anchor], scores[i], classId);
            }
        }
    }

    private static bool IsBest(ReadOnlySpan<float> scores, int classId, int anchor, int anchors)
    {
        var score = scores[(classId * anchors) + anchor];
        for (int c = 0, i = anchor; i < scores.Length; c++, i += anchors)
        {
            if (scores[i] > score || (scores[i] == score && c < classId))
            {
                return false;
            }
        }

        return true;
    }
}
