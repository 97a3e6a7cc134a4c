using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Reports.Coco;

/// <summary>What a report needs beyond the numbers.</summary>
/// <param name="Truth">The truth.</param>
/// <param name="Results">The detections.</param>
public sealed record CocoReportInput(CocoGroundTruth Truth, CocoResults Results)
{
    /// <summary>Folder of the images to draw on; null draws on empty sheets.</summary>
    public string? Folder { get; init; }

    /// <summary>Detections below this score are not drawn and not counted in the confusion matrix, 0 to 1.</summary>
    public double MinScore { get; init; } = 0.25;

    /// <summary>How many images to draw, those with most errors first.</summary>
    public int Images { get; init; } = 24;
}
