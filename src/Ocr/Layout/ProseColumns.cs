namespace PPLCNet.Vision.Ocr.Layout;

/// <summary>
/// Finds the gap between columns of prose. Columns of a table have gaps too, but a table is read row by row: prose has at least
/// three
/// lines on both sides, which are long and, most of them, fill their column.
/// </summary>
internal static class ProseColumns
{
    private const int LeastLines = 3;

    // A line of prose is at least this many times as long as high.
    private const float LeastRatio = 8;

    // The median line is at least this part of the long ones (the longest tenth left out).
    private const float LeastFill = 0.75f;

    // Narrowest gap, in median heights of the lines.
    private const float LeastGap = 0.5f;

    /// <summary>
    /// The middle of the gap along the lines that fewest pieces cross; null where there are no columns of prose.
    /// </summary>
    public static float? Find(IReadOnlyList<TextPiece> pieces)
    {
        if (pieces.Count < 2 * LeastLines)
        {
            return null;
        }

        var least = LeastGap * Quantile(pieces.Select(p => p.Height), 0.5f);
        foreach (var gap in Gaps(pieces).Where(g => g.Width >= least).OrderBy(g => g.Crossing).ThenByDescending(g => g.Width))
        {
            if (IsProse([.. pieces.Where(p => p.End <= gap.Middle)]) && IsProse([.. pieces.Where(p => p.Start >= gap.Middle)]))
            {
                return gap.Middle;
            }
        }

        return null;
    }

    /// <summary>Stretches along the lines that begin where a piece ends and end where the next begins.</summary>
    private static IEnumerable<(float Middle, float Width, int Crossing)> Gaps(IReadOnlyList<TextPiece> pieces)
    {
        var edges = pieces.Select(p => (At: p.Start, IsStart: true)).Concat(pieces.Select(p => (At: p.End, IsStart: false)))
            .OrderBy(e => e.At).ThenBy(e => e.IsStart).ToList();
        var open = 0;
        for (var i = 0; i + 1 < edges.Count; i++)
        {
            open += edges[i].IsStart ? 1 : -1;
            if (!edges[i].IsStart && edges[i + 1].IsStart)
            {
                yield return ((edges[i].At + edges[i + 1].At) / 2, edges[i + 1].At - edges[i].At, open);
            }
        }
    }

    private static bool IsProse(IReadOnlyList<TextPiece> lines) =>
        lines.Count >= LeastLines
        && Quantile(lines.Select(l => l.Width / l.Height), 0.5f) >= LeastRatio
        && Quantile(lines.Select(l => l.Width), 0.5f) >= LeastFill * Quantile(lines.Select(l => l.Width), 0.9f);

    private static float Quantile(IEnumerable<float> values, float part)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)(part * (sorted.Count - 1))];
    }
}
