using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Analysis;

/// <summary>What can change from call to call of an <see cref="ImageAnalyzer"/>.</summary>
public sealed record AnalysisOptions
{
    /// <summary>Five classes, objects above .4, five neighbors.</summary>
    public static AnalysisOptions Default { get; } = new();

    /// <summary>Which classes are reported.</summary>
    public ClassificationOptions Classification { get; init; } = ClassificationOptions.Default;

    /// <summary>Which objects are reported.</summary>
    public DetectionOptions Detection { get; init; } = new() { ScoreThreshold = 0.4f };

    /// <summary>How the mask is read; one pass over the whole image.</summary>
    public SegmentationOptions Segmentation { get; init; } = SegmentationOptions.Default;

    /// <summary>The number of nearest items of the gallery to report, at least 1.</summary>
    public int Neighbors { get; init; } = 5;
}
