using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>How an <see cref="OcrEngine"/> works. All of it is fixed when the engine is loaded.</summary>
public sealed record OcrOptions
{
    /// <summary>Threads inside one run, and the execution provider.</summary>
    public RuntimeOptions Runtime { get; init; } = RuntimeOptions.Default;

    /// <summary>Lines below this score are dropped, 0 to 1.</summary>
    public float MinScore { get; init; } = 0.5f;

    /// <summary>Whether lines are cut into words.</summary>
    public bool Words { get; init; }

    /// <summary>Whether a line that stands on its head is turned before it is read.</summary>
    public bool LineOrientation { get; init; } = true;

    /// <summary>Replaces the classifier that tells which lines stand on their head; null takes the one that belongs to the pair.</summary>
    public string? LineOrientationModel { get; init; }

    /// <summary>A line is turned when the classifier is at least this sure.</summary>
    public float LineOrientationScore { get; init; } = 0.9f;

    /// <summary>Whether a page that lies on its side or stands on its head is turned first.</summary>
    public bool PageOrientation { get; init; }

    /// <summary>Replaces the detector's postprocessing constants.</summary>
    public TextDetectionSettings? Detection { get; init; }

    /// <summary>Replaces the detector's preprocessing.</summary>
    public Preprocess? DetectionInput { get; init; }

    /// <summary>Searches by beam; null decodes greedily.</summary>
    public CtcBeamOptions? Beam { get; init; }

    /// <summary>Texts that may be read; they turn on the beam search.</summary>
    public IReadOnlyList<string>? Lexicon { get; init; }

    /// <summary>Replaces the recogniser's dictionary, one key a line.</summary>
    public IReadOnlyList<string>? Dictionary { get; init; }

    /// <summary>How a recogniser with these keys decodes.</summary>
    /// <returns>Null for the greedy way.</returns>
    internal CtcBeamOptions? BeamFor(CharacterSet characters) => Lexicon is { } texts
        ? (Beam ?? new CtcBeamOptions()) with { Lexicon = Recognition.Lexicon.Create(texts, characters) }
        : Beam;
}
