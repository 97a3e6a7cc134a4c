using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>
/// Counts of every pair of bytes at equal positions of two spans, 256 x 256, in one pass. Label maps are runs of equal pairs:
/// the pass looks for the ends of runs 32 pixels at a time and adds each run's length at once.
/// </summary>
internal readonly struct PairHistogram : IDisposable
{
    private const int Side = 256;
    private readonly int[] _counts;

    private PairHistogram(int[] counts) => _counts = counts;

    /// <summary>How often <paramref name="first"/> met <paramref name="second"/>.</summary>
    public int this[int first, int second] => _counts[(first * Side) + second];

    /// <summary>Counts; dispose the result to give its memory back.</summary>
    public static PairHistogram Count(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var counts = ArrayPool<int>.Shared.Rent(Side * Side);
        counts.AsSpan(0, Side * Side).Clear();
        if (first.Length > 0)
        {
            Run(ref MemoryMarshal.GetReference(first), ref MemoryMarshal.GetReference(second), first.Length, counts);
        }

        return new PairHistogram(counts);
    }

    /// <summary>Whether the value occurs at all in the first (<paramref name="rows"/>) or second span.</summary>
    public bool Has(int value, bool rows)
    {
        if (rows)
        {
            return _counts.AsSpan(value * Side, Side).ContainsAnyExcept(0);
        }

        for (var row = 0; row < Side; row++)
        {
            if (_counts[(row * Side) + value] != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<int>.Shared.Return(_counts);

    private static void Run(ref byte a, ref byte b, int length, Span<int> counts)
    {
        ref var to = ref MemoryMarshal.GetReference(counts);
        var start = 0; // of the run in progress
        var i = 0;
        var last = length - Vector256<byte>.Count - 1;
        for (; i <= last; i += Vector256<byte>.Count)
        {
            // Bit k is set where pixel i + k is the last of its run.
            var same = Vector256.Equals(Vector256.LoadUnsafe(ref a, (nuint)i), Vector256.LoadUnsafe(ref a, (nuint)i + 1))
                & Vector256.Equals(Vector256.LoadUnsafe(ref b, (nuint)i), Vector256.LoadUnsafe(ref b, (nuint)i + 1));
            for (var ends = ~same.ExtractMostSignificantBits(); ends != 0; ends &= ends - 1)
            {
                var end = i + BitOperations.TrailingZeroCount(ends) + 1;
                Unsafe(ref to, (At(ref a, start) * Side) + At(ref b, start)) += end - start;
                start = end;
            }
        }

        for (; i < length; i++)
        {
            if (i + 1 == length || At(ref a, i) != At(ref a, i + 1) || At(ref b, i) != At(ref b, i + 1))
            {
                Unsafe(ref to, (At(ref a, start) * Side) + At(ref b, start)) += i + 1 - start;
                start = i + 1;
            }
        }
    }

    private static int At(ref byte from, int index) => System.Runtime.CompilerServices.Unsafe.Add(ref from, index);

    private static ref int Unsafe(ref int from, int index) => ref System.Runtime.CompilerServices.Unsafe.Add(ref from, index);
}
