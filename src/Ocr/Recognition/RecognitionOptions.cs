namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>What can change from call to call of a recognizer.</summary>
public sealed record RecognitionOptions
{
    /// <summary>Greedy decoding.</summary>
    public static RecognitionOptions Default { get; } = new();

    /// <summary>Searches by beam, with a lexicon if it has one; null decodes greedily.</summary>
    public CtcBeamOptions? Beam { get; init; }
}
