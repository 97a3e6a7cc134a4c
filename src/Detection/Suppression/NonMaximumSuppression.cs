using System.Buffers;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// Non-maximum suppression with Paddle's <c>multiclass_nms3</c> semantics: strict score threshold, stable order by falling score,
/// a box stays where its IoU with every kept better box is at most the threshold. Stateless and thread-safe.
/// </summary>
public static class NonMaximumSuppression
{
    /// <summary>Thins out finished detections, for example those of several tiles.</summary>
    /// <returns>What is left, best score first; of equal scores the lower class first, then the earlier box.</returns>
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

    /// <summary>Thins out candidates that are above the score threshold already.</summary>
    internal static KeptBoxes Run(Candidates candidates, NmsOptions options)
    {
        var kept = new KeptBoxes();
        if (candidates.Count == 0)
        {
            return kept;
        }

        // One sort for all classes: falling score, then position, packed into one key.
        var keys = ArrayPool<ulong>.Shared.Rent(candidates.Count);
        var groups = ArrayPool<int>.Shared.Rent(candidates.Count);
        try
        {
            var sorted = keys.AsSpan(0, candidates.Count);
            SortBestFirst(candidates.Scores, sorted);
            if (options.ClassAgnostic)
            {
                Group(sorted, groups);
                SuppressGroup(candidates, groups.AsSpan(0, candidates.Count), options, kept);
            }
            else
            {
                ByClass(candidates, sorted, groups, options, kept);
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(keys);
            ArrayPool<int>.Shared.Return(groups);
        }

        kept.SortAndLimit(options.TopKAfter);
        return kept;
    }

    /// <summary>Scores are not negative, so their bits order as they do; inverted bits put the best first.</summary>
    private static void SortBestFirst(ReadOnlySpan<float> scores, Span<ulong> keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = ((ulong)~BitConverter.SingleToUInt32Bits(scores[i]) << 32) | (uint)i;
        }

        keys.Sort();
    }

    private static void Group(ReadOnlySpan<ulong> sorted, Span<int> positions)
    {
        for (var i = 0; i < sorted.Length; i++)
        {
            positions[i] = (int)(uint)sorted[i];
        }
    }

    private static void ByClass(Candidates candidates, ReadOnlySpan<ulong> sorted, Span<int> positions, NmsOptions options, KeptBoxes kept)
    {
        // Counting sort by class; inside a class the order by score stays.
        var ends = new int[candidates.ClassCount + 1];
        foreach (var id in candidates.ClassIds)
        {
            ends[id + 1]++;
        }

        for (var c = 1; c < ends.Length; c++)
        {
            ends[c] += ends[c - 1];
        }

        foreach (var key in sorted)
        {
            var position = (int)(uint)key;
            positions[ends[candidates.ClassIds[position]]++] = position;
        }

        for (int c = 0, start = 0; c < candidates.ClassCount; start = ends[c++])
        {
            if (ends[c] > start)
            {
                SuppressGroup(candidates, positions[start..ends[c]], options, kept);
            }
        }
    }

    private static void SuppressGroup(Candidates candidates, ReadOnlySpan<int> bestFirst, NmsOptions options, KeptBoxes kept)
    {
        if (options.TopKBefore > 0 && bestFirst.Length > options.TopKBefore)
        {
            bestFirst = bestFirst[..options.TopKBefore];
        }

        if (options.Method == NmsMethod.Hard)
        {
            HardNms.Run(candidates, bestFirst, options.IouThreshold, kept);
        }
        else
        {
            SoftNms.Run(candidates, bestFirst, options, kept);
        }
    }
}
