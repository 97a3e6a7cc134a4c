using System.Buffers;
using PPLCNet.Vision.Detection.Decoding;

namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>
/// Candidates by falling score; of equal scores the lower class (where classes are apart), then the earlier candidate. A
/// heap, because suppression with a limit looks only at the best few of very many. Not safe to share between threads.
/// </summary>
internal readonly ref struct BestFirstQueue
{
    private readonly ulong[] _keys;
    private readonly int[] _positions;

    /// <summary>Lines up all candidates.</summary>
    /// <param name="candidates">What to line up.</param>
    /// <param name="byClass">Whether the lower class comes first among equal scores.</param>
    public BestFirstQueue(Candidates candidates, bool byClass)
    {
        // Rank by class first (counting sort), so that the rank in the low half of a key settles ties.
        var classes = candidates.ClassIds;
        var scores = candidates.Scores;
        Span<int> next = new int[candidates.ClassCount + 1];
        foreach (var id in classes)
        {
            next[id + 1]++;
        }

        for (var c = 1; c < next.Length; c++)
        {
            next[c] += next[c - 1];
        }

        _keys = ArrayPool<ulong>.Shared.Rent(scores.Length);
        _positions = ArrayPool<int>.Shared.Rent(scores.Length);
        for (var i = 0; i < scores.Length; i++)
        {
            var rank = byClass ? next[classes[i]]++ : i;
            _positions[rank] = i;

            // Scores are not negative, so their bits order as they do; inverted bits put the best first.
            _keys[rank] = ((ulong)~BitConverter.SingleToUInt32Bits(scores[i]) << 32) | (uint)rank;
        }

        var keys = _keys.AsSpan(0, scores.Length);
        for (var i = (keys.Length / 2) - 1; i >= 0; i--)
        {
            Sink(keys, i);
        }
    }

    /// <summary>Takes the best of the <paramref name="left"/> candidates that are left.</summary>
    public int Take(int left)
    {
        var best = _positions[(int)(uint)_keys[0]];
        _keys[0] = _keys[left - 1];
        Sink(_keys.AsSpan(0, left - 1), 0);
        return best;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_keys);
        ArrayPool<int>.Shared.Return(_positions);
    }

    private static void Sink(Span<ulong> keys, int at)
    {
        if (at >= keys.Length)
        {
            return;
        }

        var key = keys[at];
        for (var child = (2 * at) + 1; child < keys.Length; child = (2 * at) + 1)
        {
            if (child + 1 < keys.Length && keys[child + 1] < keys[child])
            {
                child++;
            }

            if (key <= keys[child])
            {
                break;
            }

            keys[at] = keys[child];
            at = child;
        }

        keys[at] = key;
    }
}
