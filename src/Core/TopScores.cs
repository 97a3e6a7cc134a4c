namespace PPLCNet.Vision;

/// <summary>The best classes of a score vector.</summary>
internal static class TopScores
{
    /// <summary>
    /// Indices of the <paramref name="k"/> highest scores, best first; of equal scores the lower index comes first.
    /// </summary>
    /// <param name="scores">One score per class; none may be NaN.</param>
    /// <param name="k">At least 1; more than there are classes means all.</param>
    public static int[] Indices(ReadOnlySpan<float> scores, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        var best = new int[Math.Min(k, scores.Length)];
        var count = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (count == best.Length && scores[i] <= scores[best[^1]])
            {
                continue;
            }

            // Insertion from the end: a later index moves up only past strictly lower scores.
            var at = count < best.Length ? count++ : count - 1;
            for (; at > 0 && scores[best[at - 1]] < scores[i]; at--)
            {
                best[at] = best[at - 1];
            }

            best[at] = i;
        }

        return best;
    }
}
