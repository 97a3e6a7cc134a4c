using System.Numerics.Tensors;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>
/// Decodes raw heads: one vectorized pass over the scores, boxes only for anchors that survive the threshold.
/// Stateless and thread-safe.
/// </summary>
internal static class RawHeadDecoder
{
    /// <summary>Adds every candidate of one level whose score is above the threshold, in anchor order.</summary>
    /// <param name="raw">The outputs.</param>
    /// <param name="rule">What the class outputs hold.</param>
    /// <param name="options">Score threshold and label mode.</param>
    /// <param name="model">Name for messages.</param>
    /// <param name="into">Receives the candidates, in input pixels.</param>
    /// <exception cref="ModelFormatException">A score or a box is not finite.</exception>
    public static void Collect(RawLevel raw, ScoreRule rule, NmsOptions options, string model, Candidates into)
    {
        var classes = raw.Classes.Length / raw.Level.Count;
        if (rule == ScoreRule.Quality)
        {
            CollectQuality(raw, classes, options, model, into);
        }
        else if (!options.MultiLabel)
        {
            for (var anchor = 0; anchor < raw.Level.Count; anchor++)
            {
                var row = raw.Classes.Slice(anchor * classes, classes);
                var best = TensorPrimitives.IndexOfMax(row);
                Add(ref raw, anchor, best, Score(row[best], rule), options, model, into);
            }
        }
        else
        {
            CollectAll(raw, classes, rule, options, model, into);
        }
    }

    private static void CollectAll(RawLevel raw, int classes, ScoreRule rule, NmsOptions options, string model, Candidates into)
    {
        var limit = ScoreFunctions.LogitLimit(options.ScoreThreshold, rule);
        var values = raw.Classes;
        for (var i = ScoreScan.NextAbove(values, 0, limit); i < values.Length; i = ScoreScan.NextAbove(values, i + 1, limit))
        {
            Add(ref raw, i / classes, i % classes, Score(values[i], rule), options, model, into);
        }
    }

    private static void CollectQuality(RawLevel raw, int classes, NmsOptions options, string model, Candidates into)
    {
        for (var anchor = 0; anchor < raw.Level.Count; anchor++)
        {
            var quality = ScoreFunctions.Sigmoid(raw.Quality[anchor]);
            var row = raw.Classes.Slice(anchor * classes, classes);
            var limit = ScoreFunctions.LogitLimit(options.ScoreThreshold, ScoreRule.Quality, quality);
            var (first, end) = options.MultiLabel ? (ScoreScan.NextAbove(row, 0, limit), classes) : Only(TensorPrimitives.IndexOfMax(row));
            for (var c = first; c < end; c = ScoreScan.NextAbove(row, c + 1, limit))
            {
                Add(ref raw, anchor, c, ScoreFunctions.Quality(ScoreFunctions.Sigmoid(row[c]), quality), options, model, into);
            }
        }

        static (int, int) Only(int index) => (index, index + 1);
    }

    private static float Score(float value, ScoreRule rule) => rule == ScoreRule.Sigmoid ? ScoreFunctions.Sigmoid(value) : value;

    private static void Add(ref RawLevel raw, int anchor, int classId, float score, NmsOptions options, string model, Candidates into)
    {
        if (!float.IsFinite(score))
        {
            throw new ModelFormatException(model, "finite scores", $"{score} for class {classId} at stride {raw.Level.Stride}, cell {anchor}");
        }

        if (!(score > options.ScoreThreshold) || !into.Wants(classId))
        {
            return;
        }

        // An anchor under several classes is decoded once: its hits follow each other.
        if (anchor != raw.Last.Anchor)
        {
            var (y, x) = Math.DivRem(anchor, raw.Level.Width);
            var box = DistributionBox.Decode(raw.Boxes.Slice(anchor * DistributionBox.Logits, DistributionBox.Logits), x, y, raw.Level.Stride);
            raw.Last = box.IsFinite
                ? (anchor, box)
                : throw new ModelFormatException(model, "finite boxes", $"{box} at stride {raw.Level.Stride}, cell {anchor}");
        }

        into.Add(raw.Last.Box, score, classId);
    }
}
