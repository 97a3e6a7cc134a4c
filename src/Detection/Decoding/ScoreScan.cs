using System.Numerics;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>Finds the few scores above a threshold among very many.</summary>
internal static class ScoreScan
{
    /// <summary>
    /// Index at or after <paramref name="start"/> of the first value that is not at most the limit (so also of a NaN); the
    /// length where there is none.
    /// </summary>
    public static int NextAbove(ReadOnlySpan<float> values, int start, float limit)
    {
        var i = start;
        var limits = new Vector<float>(limit);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (!Vector.LessThanOrEqualAll(new Vector<float>(values[i..]), limits))
            {
                break;
            }
        }

        while (i < values.Length && values[i] <= limit)
        {
            i++;
        }

        return i;
    }
}
