namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>
/// Lines that are longer than a network takes: overlapping pieces, joined where both pieces see the same gap between
/// characters.
/// </summary>
internal static class LongLine
{
    // Part of a piece that it shares with the next: more than a word, so that both know what stands around the seam.
    private const int OverlapParts = 6;

    /// <summary>Pieces of equal length that cover a line.</summary>
    /// <param name="width">Width of the line.</param>
    /// <param name="longest">Longest piece, at least 1.</param>
    public static IEnumerable<(int Start, int Width)> Cut(int width, int longest)
    {
        var overlap = longest / OverlapParts;
        var count = (int)Math.Ceiling((width - overlap) / (double)(longest - overlap));
        for (var i = 0; i < count; i++)
        {
            var start = count == 1 ? 0 : (int)((long)i * (width - longest) / (count - 1));
            yield return (start, Math.Min(longest, width - start));
        }
    }

    /// <summary>Joins what was read so far with the next piece.</summary>
    /// <param name="line">From the line's beginning.</param>
    /// <param name="piece">The next piece; it begins before <paramref name="line"/> ends.</param>
    /// <param name="offset">Time step of <paramref name="line"/> at which the piece begins.</param>
    public static RecognizedLine Join(RecognizedLine line, RecognizedLine piece, float offset)
    {
        var moved = piece.Tokens.Select(t => t with { Column = t.Column + (int)MathF.Round(offset) }).ToList();
        var seam = Seam(line.Tokens, moved, offset, line.Columns);
        var tokens = line.Tokens.Where(t => t.Column < seam).Concat(moved.Where(t => t.Column >= seam)).ToList();
        return RecognizedLine.FromTokens(tokens, offset + piece.Columns);
    }

    /// <summary>
    /// The place in the overlap that is farthest from every character of both; near its middle where several are.
    /// </summary>
    private static float Seam(IReadOnlyList<RecognizedToken> line, IReadOnlyList<RecognizedToken> piece, float from, float to)
    {
        var middle = (from + to) / 2;
        var columns = line.Concat(piece).Select(t => (float)t.Column).Where(c => c >= from && c <= to).ToList();
        var (best, most) = (middle, float.NegativeInfinity);

        // The outer quarters see too little of what lies beyond them.
        for (var place = (int)(from + ((to - from) / 4)) + 0.5f; place < to - ((to - from) / 4); place++)
        {
            var room = columns.Count == 0 ? 0 : columns.Min(c => Math.Abs(c - place));
            if (room > most || (room == most && Math.Abs(place - middle) < Math.Abs(best - middle)))
            {
                (best, most) = (place, room);
            }
        }

        return best;
    }
}
