namespace PPLCNet.Vision.Segmentation;

/// <summary>What can change from call to call of a segmenter.</summary>
public sealed record SegmentationOptions
{
    /// <summary>One pass over the whole image.</summary>
    public static SegmentationOptions Default { get; } = new();

    /// <summary>
    /// Images larger than this are cut into overlapping windows of this many source pixels, and the logits of the windows are
    /// averaged; null takes the whole image at once. Every window is prepared as an image of its own, so a window of the
    /// network's input size sees every source pixel.
    /// </summary>
    public PixelSize? Window { get; init; }

    /// <summary>Step from window to window in source pixels, at most the window; null is two thirds of it.</summary>
    public PixelSize? WindowStep { get; init; }

    /// <summary>Also runs the mirrored image and averages the logits.</summary>
    public bool Flip { get; init; }

    /// <summary>
    /// Runs the input at each of these sizes, relative to the manifest's, and averages the logits; PaddleSeg's "ms" is 0.75,
    /// 1, 1.25. Other scales than 1 need a segmenter loaded with <see cref="SegmenterOptions.AnySize"/>.
    /// </summary>
    public IReadOnlyList<double> Scales { get; init; } = [1.0];

    /// <summary>
    /// Keeps the logits in the result, so that it can answer <see cref="SegmentationResult.Confidence"/> and
    /// <see cref="SegmentationResult.Probability"/>.
    /// </summary>
    public bool KeepLogits { get; init; }

    /// <summary>Whether one pass over the whole image is all that is asked for.</summary>
    internal bool IsSinglePass => Window is null && !Flip && Scales is [1.0];

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">Options contradict each other or are out of range.</exception>
    public void Validate()
    {
        if (Window is { } window && (window.Width < 1 || window.Height < 1))
        {
            throw new ArgumentException($"Expected a window of at least 1x1, found {window}.");
        }

        if (WindowStep is { } step && (Window is not { } whole || step.Width < 1 || step.Height < 1 || step.Width > whole.Width || step.Height > whole.Height))
        {
            throw new ArgumentException($"Expected a step between 1x1 and the window ({Window?.ToString() ?? "none"}), found {step}; larger steps leave gaps.");
        }

        if (Scales.Count == 0 || Scales.Any(s => !double.IsFinite(s) || s <= 0))
        {
            throw new ArgumentException("Expected scales above 0, at least one.");
        }
    }
}
