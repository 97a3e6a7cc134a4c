using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>Where the mean probability of a box is taken; the names are PaddleOCR's.</summary>
internal enum BoxScoreMode
{
    /// <summary>Inside the smallest rectangle around the text.</summary>
    Fast,

    /// <summary>
    /// Inside the outline of the text; lines that bend, as on the page of an open book, do not lose by the corners they
    /// leave.
    /// </summary>
    Slow,
}

/// <summary>Constants of DB's postprocessing; each model's manifest holds its own.</summary>
public sealed record TextDetectionSettings
{
    /// <summary>Least value of <see cref="MaxPixels"/>: smaller tiles would see too little around a line.</summary>
    public const int LeastMaxPixels = 65_536;

    /// <summary>Memory of a run for each pixel of its input, with the most demanding detector that ships (v6 small).</summary>
    public const int BytesAPixel = 260;

    /// <summary>A pixel is text above this probability, 0 to 1.</summary>
    public float Threshold { get; init; } = 0.3f;

    /// <summary>A box stays at this mean probability or above, 0 to 1.</summary>
    public float BoxThreshold { get; init; } = 0.6f;

    /// <summary>How far a box grows: area times this, over the perimeter. Undoes the shrinking of the training labels.</summary>
    public float UnclipRatio { get; init; } = 1.5f;

    /// <summary>
    /// Most contours looked at in one image, lowest first; it guards memory and time, and a result says when it cuts
    /// (<see cref="TextBoxes.IsCut"/>). PaddleOCR's 1000 loses the top of dense pages.
    /// </summary>
    public int MaxCandidates { get; init; } = 100_000;

    /// <summary>
    /// Most pixels in one run of the network, at least <see cref="LeastMaxPixels"/>; an image that needs more is looked at in
    /// tiles. Memory follows it
    /// (<see cref="BytesAPixel"/>, docs/decisions/ocr-large-images.md).
    /// </summary>
    public int MaxPixels { get; init; } = 4_000_000;

    /// <summary>Whether the mask is dilated by a 2x2 kernel first.</summary>
    public bool Dilate { get; init; }

    /// <summary>Where the mean probability of a box is taken.</summary>
    internal BoxScoreMode ScoreMode { get; init; }

    /// <summary>Whether a box's score is the mean over its outline instead of the faster one over its bounding box.</summary>
    public bool ScoresOutline
    {
        get => ScoreMode == BoxScoreMode.Slow;
        init => ScoreMode = value ? BoxScoreMode.Slow : BoxScoreMode.Fast;
    }

    /// <summary>At which size the image is looked at; null takes the rule of the model's preprocessing.</summary>
    public SizeRule? Size { get; init; }

    /// <summary>The constants that stand in a manifest; PaddleOCR's usual ones where it has none.</summary>
    /// <exception cref="ModelFormatException">A key is unknown, or a value is out of range.</exception>
    public static TextDetectionSettings Of(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return ManifestSettings.Read(
            manifest, OcrJson.Default.TextDetectionSettingsJson, "a text detector", s => s.ToSettings().Validate()).ToSettings();
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threshold, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(BoxThreshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BoxThreshold, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(UnclipRatio);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCandidates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPixels, LeastMaxPixels);
        if (!Enum.IsDefined(ScoreMode))
        {
            throw new ArgumentOutOfRangeException(nameof(ScoreMode), ScoreMode, "Expected fast or slow.");
        }

        Size?.Validate();
    }
}
