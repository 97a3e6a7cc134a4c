using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Analysis;
using PPLCNet.Vision.Evaluation.Coco.Images;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Reports.Coco;

/// <summary>The report of a COCO evaluation: curves, categories, confusions, and images with what was found and missed.</summary>
public static class CocoReport
{
    private const int LargestSheet = 2000;
    private static readonly Color Found = new(0, 160, 60);
    private static readonly Color Wrong = new(220, 30, 30);
    private static readonly Color Missed = new(250, 150, 0);

    /// <summary>
    /// Adds everything to a page. An image that cannot be read is reported with <see cref="HtmlPage.Missing"/>.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="input">Truth and detections to show; null for curves and tables only.</param>
    public static void Write(HtmlPage page, CocoEvaluation evaluation, CocoReportInput? input = null)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(evaluation);
        page.Heading("Precision over recall");
        CocoPlots.Curves(page, evaluation);
        page.Table(
            "Categories",
            ["category", "truths", "detections", "AP", "AP50", "AR"],
            evaluation.Categories.Where(c => c.Positives > 0 || c.Detections > 0).Select(Row));
        if (input is null)
        {
            return;
        }

        var (iou, federated) = (evaluation.Matches.Options.Iou, evaluation.Matches.Options.Federated);
        page.Heading("Confusions");
        CocoPlots.Confusion(page, CocoConfusion.Compute(input.Truth, input.Results, iou, 0.5, input.MinScore, federated));
        var shard = evaluation.Matches.ImageIds.ToHashSet();
        var worst = CocoImageFindings.Collect(input.Truth, input.Results, iou, 0.5, input.MinScore, federated)
            .Where(f => shard.Contains(f.Image.Id))
            .OrderByDescending(Errors)
            .Take(input.Images)
            .ToList();
        page.Heading($"Images with most errors (score {input.MinScore} and above): found green, wrong red, missed orange");
        foreach (var findings in worst)
        {
            try
            {
                Draw(page, findings, input);
            }
            catch (Exception e) when (e is ImageException or DataFormatException or (IOException and (FileNotFoundException or DirectoryNotFoundException)))
            {
                page.Missing($"the image of image {findings.Image.IdText ?? $"{findings.Image.Id}"} is left out: {e.Message.Split('\n', 2)[0].TrimEnd()}");
            }
        }
    }

    private static int Errors(CocoImageFindings f) => f.Count(CocoFindingKind.FalsePositive) + f.Count(CocoFindingKind.Missed);

    private static string[] Row(CocoCategoryScore c) =>
        [c.Category.Name, $"{c.Positives}", $"{c.Detections}", Text(c.AP), Text(c.AP50), Text(c.AR)];

    private static string Text(double value) => value < 0 ? "none" : $"{value:0.0000}";

    private static void Draw(HtmlPage page, CocoImageFindings findings, CocoReportInput input)
    {
        var image = findings.Image;
        if (image is { Width: 0 } or { Height: 0 } && input.Folder is null)
        {
            return; // nothing to draw on, and no size for a sheet
        }

        // An empty sheet shows where boxes lie; it need not be as large as a scan.
        var scale = input.Folder is null ? Math.Min(1f, LargestSheet / (float)Math.Max(image.Width, image.Height)) : 1;
        using var canvas = input.Folder is { } folder
            ? new Canvas(ImageFile.Read(CocoImageFiles.Find(folder, image)))
            : new Canvas(Math.Max(1, (int)(scale * image.Width)), Math.Max(1, (int)(scale * image.Height)), new Color(235, 235, 235));
        foreach (var finding in findings.Findings)
        {
            var (color, label) = finding.Kind switch
            {
                CocoFindingKind.TruePositive => (Found, $"{finding.Category.Name} {finding.Score:0.00}"),
                CocoFindingKind.FalsePositive => (Wrong, $"{finding.Category.Name} {finding.Score:0.00}"),
                _ => (Missed, finding.Category.Name),
            };
            var box = finding.Box;
            canvas.Box(
                scale * (float)box.X, scale * (float)box.Y, scale * (float)(box.X + box.Width), scale * (float)(box.Y + box.Height), color, label);
        }

        page.Image(
            $"images/{image.Id}.jpg",
            canvas.ToPixelBuffer(),
            $"{(image.FileName.Length > 0 ? image.FileName : $"image {image.Id}")}: {findings.Count(CocoFindingKind.TruePositive)} found, "
            + $"{findings.Count(CocoFindingKind.FalsePositive)} wrong, {findings.Count(CocoFindingKind.Missed)} missed");
    }
}
