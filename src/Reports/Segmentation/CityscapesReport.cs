using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Reports.Segmentation;

/// <summary>
/// The report of a Cityscapes evaluation: the confusion matrix, the scores of classes and categories, and the official result
/// file.
/// </summary>
internal static class CityscapesReport
{
    /// <summary>Adds everything to a page, and writes <c>resultPixelLevelSemanticLabeling.json</c> beside it.</summary>
    public static void Write(HtmlPage page, CityscapesEvaluator evaluator, CityscapesScores scores)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(scores);
        var labels = CityscapesLabels.Evaluated;
        SegmentationPlots.Confusion(page, evaluator.Confusion, [.. labels.Select(l => l.Id)], [.. labels.Select(l => l.Name)]);
        SegmentationPlots.Bars(page, "classes.png", "IoU by class", [.. labels.Select(l => (l.Name, scores.ClassScores[l.Name]))]);
        SegmentationPlots.Bars(page, "categories.png", "IoU by category", [.. scores.CategoryScores.Select(c => (c.Key, c.Value))]);
        page.Table("Classes", ["class", "IoU", "iIoU", "prior"], labels.Select(l => (string[])
            [l.Name, $"{scores.ClassScores[l.Name]:0.0000}", $"{scores.ClassInstScores[l.Name]:0.0000}", $"{scores.Priors[l.Name]:0.0000}"]));
        CityscapesResultFile.Write(Path.Combine(page.Folder, "resultPixelLevelSemanticLabeling.json"), evaluator, scores);
    }
}
