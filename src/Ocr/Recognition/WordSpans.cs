namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>One word of a line: its text, score, and where it lies along the line as parts of the line's width, 0 to 1.</summary>
internal readonly record struct WordSpan(string Text, float Score, float Left, float Right);

/// <summary>
/// Cuts a line into words by its tokens' time steps. Token, time step and confidence stay
/// together, so spaces and keys of several code points shift nothing.
/// </summary>
internal static class WordSpans
{
    // A space that has this probability, though it does not win, parts words (docs/decisions/ocr-words.md).
    private const float LeastSpace = 0.1f;

    // A jump of more time steps than this parts them even without a space.
    private const float GapInCharacters = 1.75f;
    private const int LeastGap = 5;

    // Where the middle of a character lies inside the time step that emits it (docs/decisions/ocr-words.md).
    private const float Middle = 0.25f;

    /// <summary>
    /// Cuts at white space, at likely spaces, at wide gaps, and between Chinese, Japanese or Korean and other scripts.
    /// </summary>
    public static IReadOnlyList<WordSpan> Cut(RecognizedLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var words = Group(line.Tokens);
        if (words.Count == 0)
        {
            return [];
        }

        var step = CharacterStep(words, line);
        var edges = words.Select(w => (
            Left: Math.Max(0, w[0].Column + Middle - (step / 2)),
            Right: Math.Min(line.Columns, w[^1].Column + Middle + (step / 2)))).ToList();
        for (var i = 1; i < edges.Count; i++)
        {
            // Words that would overlap share the middle of their peaks.
            if (edges[i].Left < edges[i - 1].Right)
            {
                var middle = (words[i - 1][^1].Column + words[i][0].Column + (2 * Middle)) / 2f;
                edges[i - 1] = edges[i - 1] with { Right = middle };
                edges[i] = edges[i] with { Left = middle };
            }
        }

        return [.. words.Select((w, i) => new WordSpan(
            string.Concat(w.Select(t => t.Text)),
            w.Average(t => t.Confidence),
            Math.Clamp(edges[i].Left / line.Columns, 0, 1),
            Math.Clamp(edges[i].Right / line.Columns, 0, 1)))];
    }

    private static List<List<RecognizedToken>> Group(IReadOnlyList<RecognizedToken> tokens)
    {
        var steps = new List<int>();
        for (var i = 1; i < tokens.Count; i++)
        {
            if (!IsSpace(tokens[i]) && !IsSpace(tokens[i - 1]))
            {
                steps.Add(tokens[i].Column - tokens[i - 1].Column);
            }
        }

        steps.Sort();
        var wide = steps.Count == 0 ? int.MaxValue : Math.Max(LeastGap, GapInCharacters * steps[steps.Count / 2]);
        var words = new List<List<RecognizedToken>>();
        List<RecognizedToken>? word = null;
        foreach (var token in tokens)
        {
            if (IsSpace(token))
            {
                word = null;
                continue;
            }

            if (word is null || token.SpaceBefore >= LeastSpace || IsIdeographic(token) != IsIdeographic(word[^1])
                || token.Column - word[^1].Column > wide)
            {
                word = [];
                words.Add(word);
            }

            word.Add(token);
        }

        return words;
    }

    private static float CharacterStep(List<List<RecognizedToken>> words, RecognizedLine line)
    {
        var (sum, count) = (0f, 0);
        foreach (var word in words)
        {
            sum += word[^1].Column - word[0].Column;
            count += word.Count - 1;
        }

        return count > 0 ? sum / count : line.Columns / Math.Max(1, line.Tokens.Count);
    }

    private static bool IsSpace(RecognizedToken token) => string.IsNullOrWhiteSpace(token.Text);

    private static bool IsIdeographic(RecognizedToken token)
    {
        var rune = token.Text.EnumerateRunes().First().Value;
        return rune is (>= 0x2E80 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7AF) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFF00 and <= 0xFFEF) or (>= 0x20000 and <= 0x3FFFF);
    }
}
