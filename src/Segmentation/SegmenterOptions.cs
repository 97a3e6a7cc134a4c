using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Segmentation;

/// <summary>How a <see cref="Segmenter"/> is loaded.</summary>
public sealed record SegmenterOptions : ModelOptions
{
    /// <summary>
    /// Whether runs at other sizes than the manifest's will be asked for (<see cref="SegmentationOptions.Scales"/>). Without,
    /// a network in code is built for one size, which is faster.
    /// </summary>
    public bool AnySize { get; init; }
}
