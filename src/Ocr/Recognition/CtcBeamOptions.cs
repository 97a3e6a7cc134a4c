namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>How <see cref="CtcBeamDecoder"/> searches.</summary>
internal sealed record CtcBeamOptions
{
    /// <summary>Prefixes kept after every time step, at least 1; 1 without a lexicon is the greedy way.</summary>
    public int Width { get; init; } = 8;

    /// <summary>Classes below this probability are not followed. A lexicon's own keys always are.</summary>
    public float MinProbability { get; init; } = 1e-3f;

    /// <summary>Texts that may be read; null allows any.</summary>
    public Lexicon? Lexicon { get; init; }

    /// <summary>A search of this width; null for 0.</summary>
    public static CtcBeamOptions? OfWidth(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        return width == 0 ? null : new CtcBeamOptions { Width = width };
    }
}

/// <summary>One text that a beam search found.</summary>
/// <param name="Tokens">Its dictionary keys, each with the time step at which it was surest.</param>
/// <param name="Probability">Its part of the probability of all texts that were kept, 0 to 1.</param>
internal sealed record CtcHypothesis(IReadOnlyList<RecognizedToken> Tokens, double Probability);
