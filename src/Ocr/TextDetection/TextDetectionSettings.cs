namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>Where the mean probability of a box is taken; the names are PaddleOCR's.</summary>
public enum BoxScoreMode
{
    /// <summary>Inside the smallest rectangle around the text.</summary>
    Fast,

    /// <summary>Inside the outline of the text; lines that bend, as on the page of an open book, do not lose by the corners they leave.</summary>
    Slow,
}

/// <summary>Constants of DB's postprocessing; each model's manifest holds its own (specification of OCR, section 2.4).</summary>
public sealed record TextDetectionSettings
{
    /// <summary>A pixel is text above this probability, 0 to 1.</summary>
    public float Threshold { get; init; } = 0.3f;

    /// <summary>A box stays at this mean probability or above, 0 to 1.</summary>
    public float BoxThreshold { get; init; } = 0.6f;

    /// <summary>How far a box grows: area times this, over the perimeter. Undoes the shrinking of the training labels.</summary>
    public float UnclipRatio { get; init; } = 1.5f;

    /// <summary>Most contours looked at in one image.</summary>
    public int MaxCandidates { get; init; } = 1000;

    /// <summary>Whether the mask is dilated by a 2x2 kernel first.</summary>
    public bool Dilate { get; init; }

    /// <summary>Where the mean probability of a box is taken.</summary>
    public BoxScoreMode ScoreMode { get; init; }

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
        if (!Enum.IsDefined(ScoreMode))
        {
            throw new ArgumentOutOfRangeException(nameof(ScoreMode), ScoreMode, "Expected fast or slow.");
        }
    }
}
