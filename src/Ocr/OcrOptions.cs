using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Ocr;

/// <summary>What can change from call to call of an <see cref="OcrEngine"/>.</summary>
public sealed record OcrOptions
{
    /// <summary>Lines with a score of .5 or more, upside-down lines turned.</summary>
    public static OcrOptions Default { get; } = new();

    /// <summary>Lines below this score are dropped, 0 to 1.</summary>
    public float MinScore { get; init; } = 0.5f;

    /// <summary>Whether lines are cut into words.</summary>
    public bool Words { get; init; }

    /// <summary>Whether a line that is upside down is turned before it is read.</summary>
    public bool LineOrientation { get; init; } = true;

    /// <summary>A line is turned when the classifier is at least this sure, 0 to 1.</summary>
    public float LineOrientationScore { get; init; } = 0.9f;

    /// <summary>Whether a page that lies on its side or is upside down is turned first.</summary>
    public bool PageOrientation { get; init; }

    /// <summary>Replaces the detector's postprocessing constants.</summary>
    public TextDetectionSettings? Detection { get; init; }

    /// <summary>Prefixes that a beam search keeps after every time step; 0 decodes greedily.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int BeamWidth
    {
        get => Beam?.Width ?? 0;
        init => Beam = CtcBeamOptions.OfWidth(value);
    }

    /// <summary>Searches by beam; null decodes greedily.</summary>
    internal CtcBeamOptions? Beam { get; init; }

    /// <summary>
    /// Texts that may be read; they turn on the beam search. Reuse the list: what is made of it is kept with the engine.
    /// </summary>
    public IReadOnlyList<string>? Lexicon { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        Check(MinScore, nameof(MinScore));
        Check(LineOrientationScore, nameof(LineOrientationScore));
        Detection?.Validate();
    }

    private static void Check(float value, string name)
    {
        if (!(value >= 0 && value <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "Expected 0 to 1.");
        }
    }
}
