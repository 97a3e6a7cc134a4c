using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>How an <see cref="OcrEngine"/> or a <see cref="LineReader"/> is loaded.</summary>
public sealed record OcrEngineOptions : ModelOptions
{
    /// <summary>
    /// Replaces the classifier that tells which lines are upside down; null takes the one that belongs to the pair.
    /// </summary>
    public string? LineOrientationModel { get; init; }

    /// <summary>Replaces the classifier that tells how a page is turned; null takes the one that belongs to the pair.</summary>
    public string? PageOrientationModel { get; init; }

    /// <summary>Replaces the detector's preprocessing.</summary>
    public Preprocess? DetectionPreprocess { get; init; }

    /// <summary>Replaces the recognizer's dictionary, one key a line.</summary>
    public IReadOnlyList<string>? Dictionary { get; init; }
}
