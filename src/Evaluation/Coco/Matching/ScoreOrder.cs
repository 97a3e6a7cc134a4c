using System.Runtime.CompilerServices;

namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>Stable order by falling score: equal scores keep their order, which COCO's numbers depend on.</summary>
internal static class ScoreOrder
{
    private const int Small = 24;

    /// <summary>Fills <paramref name="order"/> with the positions of <paramref name="scores"/>, highest first.</summary>
    [MethodImpl(HotLoop.Options)]
    public static void Sort(ReadOnlySpan<double> scores, Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        if (scores.Length <= Small)
        {
            InsertionSort(scores, order);
            return;
        }

        var keys = new ulong[scores.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = FallingKey(scores[i]);
        }

        keys.AsSpan().Sort(order); // unstable: runs of equal keys are put in order below
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                order[start..end].Sort();
            }

            start = end;
        }
    }

    [MethodImpl(HotLoop.Options)]
    private static void InsertionSort(ReadOnlySpan<double> scores, Span<int> order)
    {
        for (var i = 1; i < order.Length; i++)
        {
            var j = i;
            for (; j > 0 && scores[order[j - 1]] < scores[i]; j--)
            {
                order[j] = order[j - 1];
            }

            order[j] = i;
        }
    }

    // Bits of a double, turned so that unsigned order is falling order of the value; -0 equals 0.
    private static ulong FallingKey(double score)
    {
        var bits = BitConverter.DoubleToUInt64Bits(score + 0.0);
        return (bits >> 63) != 0 ? bits : ~bits & (ulong.MaxValue >> 1);
    }
}
