using PPLCNet.Vision.Detection.Decoding;

namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>
/// Non-maximum suppression with Paddle's <c>multiclass_nms3</c> semantics: strict score threshold, stable order by falling score,
/// a box stays where its IoU with every kept better box is at most the threshold. Stateless and thread-safe.
/// </summary>
internal static class NonMaximumSuppression
{
    /// <summary>Suppresses overlaps among finished detections, for example those of several tiles.</summary>
    /// <returns>What is left, best score first; of equal scores the lower class first (unless class-agnostic), then the
    /// earlier box.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Detections Suppress(Detections detections, NmsOptions options)
    {
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using var candidates = new Candidates();
        for (var i = 0; i < detections.Count; i++)
        {
            if (detections.Scores[i] > options.ScoreThreshold)
            {
                candidates.Add(detections.Boxes[i], detections.Scores[i], detections.ClassIds[i]);
            }
        }

        return Run(candidates, options).ToDetections(candidates, detections.Labels, static b => b);
    }

    /// <summary>Suppresses overlaps among candidates that are above the score threshold already.</summary>
    internal static KeptBoxes Run(Candidates candidates, NmsOptions options)
    {
        var kept = new KeptBoxes();
        if (candidates.Count == 0)
        {
            return kept;
        }

        if (options.Method == NmsMethod.Hard)
        {
            HardNms.Run(candidates, options, kept);
            return kept;
        }

        SoftNms.Run(candidates, options, kept);
        kept.SortAndLimit(options.TopKAfter);
        return kept;
    }
}
