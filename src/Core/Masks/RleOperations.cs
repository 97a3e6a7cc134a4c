namespace PPLCNet.Vision.Masks;

/// <summary>Set operations on run lengths of equal total length.</summary>
internal static class RleOperations
{
    /// <summary>Pixels that are foreground in both.</summary>
    public static long Intersection(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var shared = 0L;
        var (i, j) = (1, 1); // foreground runs only
        if (a.Length < 2 || b.Length < 2)
        {
            return 0;
        }

        var (startA, startB) = (a[0], b[0]);
        var (endA, endB) = (startA + a[1], startB + b[1]);
        while (true)
        {
            var overlap = Math.Min(endA, endB) - Math.Max(startA, startB);
            shared += Math.Max(overlap, 0);
            if (endA <= endB)
            {
                i += 2;
                if (i >= a.Length)
                {
                    return shared;
                }

                startA = endA + a[i - 1];
                endA = startA + a[i];
            }
            else
            {
                j += 2;
                if (j >= b.Length)
                {
                    return shared;
                }

                startB = endB + b[j - 1];
                endB = startB + b[j];
            }
        }
    }

    /// <summary>Runs of what is foreground in either.</summary>
    public static int[] Union(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var runs = new List<int>(a.Length + b.Length);
        var (i, j, leftA, leftB) = (0, 0, a[0], b[0]);
        var (length, foreground) = (0, false);
        while (i < a.Length && j < b.Length)
        {
            var step = Math.Min(leftA, leftB);
            var now = ((i | j) & 1) != 0;
            if (step > 0)
            {
                if (now != foreground)
                {
                    runs.Add(length);
                    (length, foreground) = (0, now);
                }

                length += step;
                leftA -= step;
                leftB -= step;
            }

            if (leftA == 0 && ++i < a.Length)
            {
                leftA = a[i];
            }

            if (leftB == 0 && ++j < b.Length)
            {
                leftB = b[j];
            }
        }

        runs.Add(length);
        return [.. runs];
    }
}
