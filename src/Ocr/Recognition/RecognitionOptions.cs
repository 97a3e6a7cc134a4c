namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>What can change from call to call of a recognizer.</summary>
public sealed record RecognitionOptions
{
    /// <summary>Greedy decoding.</summary>
    public static RecognitionOptions Default { get; } = new();

    /// <summary>Prefixes that a beam search keeps after every time step; 0 decodes greedily.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int BeamWidth
    {
        get => Beam?.Width ?? 0;
        init => Beam = CtcBeamOptions.OfWidth(value);
    }

    /// <summary>Searches by beam, with a lexicon if it has one; null decodes greedily.</summary>
    internal CtcBeamOptions? Beam { get; init; }
}
