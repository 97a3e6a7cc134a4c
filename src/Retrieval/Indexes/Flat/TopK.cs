using System.Runtime.CompilerServices;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>A candidate: its score, its id (which decides between equal scores, the lower first) and its row.</summary>
internal readonly record struct Scored(float Score, long Id, int Row)
{
    /// <summary>Whether this comes before the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsBetterThan(in Scored other) => Score > other.Score || (Score == other.Score && Id < other.Id);
}

/// <summary>
/// The k best of what was offered: a heap with the worst on top, in memory that the caller owns. Allocates nothing.
/// </summary>
internal struct TopK(Memory<Scored> storage, float minScore)
{
    private int _count;

    /// <summary>Scores below it cannot enter. Rises as the heap fills.</summary>
    public float Threshold { get; private set; } = minScore;

    /// <summary>How many are held.</summary>
    public readonly int Count => _count;

    /// <summary>Offers a candidate.</summary>
    public void Offer(in Scored candidate)
    {
        if (!(candidate.Score >= Threshold))
        {
            return;
        }

        var heap = storage.Span;
        if (_count < heap.Length)
        {
            SiftUp(heap, _count++, candidate);
        }
        else if (candidate.IsBetterThan(heap[0]))
        {
            SiftDown(heap, candidate);
        }

        if (_count == heap.Length)
        {
            Threshold = heap[0].Score;
        }
    }

    /// <summary>Sorts what is held, best first; nothing may be offered afterwards.</summary>
    public readonly Span<Scored> Sorted()
    {
        var held = storage.Span[.._count];
        held.Sort(static (a, b) => a.IsBetterThan(b) ? -1 : b.IsBetterThan(a) ? 1 : 0);
        return held;
    }

    /// <summary>Offers everything that another heap holds.</summary>
    public void Merge(in TopK other)
    {
        foreach (ref readonly var candidate in other.Held)
        {
            Offer(candidate);
        }
    }

    private readonly ReadOnlySpan<Scored> Held => storage.Span[.._count];

    private static void SiftUp(Span<Scored> heap, int at, in Scored candidate)
    {
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (!heap[parent].IsBetterThan(candidate))
            {
                break;
            }

            heap[at] = heap[parent];
            at = parent;
        }

        heap[at] = candidate;
    }

    private static void SiftDown(Span<Scored> heap, in Scored candidate)
    {
        var at = 0;
        for (var child = 1; child < heap.Length; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Length && heap[child].IsBetterThan(heap[child + 1]))
            {
                child++;
            }

            if (!candidate.IsBetterThan(heap[child]))
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = candidate;
    }
}
