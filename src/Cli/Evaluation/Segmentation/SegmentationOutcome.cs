using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Reports.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary>The figures of <c>eval segmentation</c>, and what their reader must know.</summary>
internal static class SegmentationOutcome
{
    /// <summary>Scores the counts.</summary>
    public static EvalOutcome Of(SegmentationCounts counts) => new()
    {
        Summary = counts.Summarize(),
        Notes = SegmentationNotes.Of(counts),
        WriteState = counts.WriteState,
        WriteReport = page => SegmentationReport.Write(page, counts),
    };
}
