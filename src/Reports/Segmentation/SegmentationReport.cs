using PPLCNet.Vision.Evaluation.Segmentation;

namespace PPLCNet.Vision.Reports.Segmentation;

/// <summary>The report of a segmentation: the confusion matrix, and the measures of each class.</summary>
internal static class SegmentationReport
{
    /// <summary>Adds everything to a page.</summary>
    public static void Write(HtmlPage page, SegmentationCounts counts)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(counts);
        var scores = counts.Score(counts.Absent);
        var ids = Enumerable.Range(0, counts.Matrix.Classes).ToArray();
        SegmentationPlots.Confusion(page, counts.Matrix, ids, [.. ids.Select(counts.NameOf)]);
        SegmentationPlots.Bars(page, "iou.png", "IoU by class", [.. ids.Select(i => (counts.NameOf(i), scores.ClassIou[i]))]);
        page.Table("Classes", ["class", "IoU", "Dice", "precision", "recall"], ids.Select(i => (string[])
        [
            counts.NameOf(i), $"{scores.ClassIou[i]:0.0000}", $"{scores.ClassDice[i]:0.0000}",
            $"{scores.ClassPrecision[i]:0.0000}", $"{scores.ClassRecall[i]:0.0000}",
        ]));
    }
}
