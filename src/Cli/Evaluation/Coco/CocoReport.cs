using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Analysis;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Evaluation.Coco;

/// <summary>The report of a COCO evaluation: curves, categories, confusions, and images with what was found and missed.</summary>
internal static class CocoReport
{
    private static readonly Color Found = new(0, 160, 60);
    private static readonly Color Wrong = new(220, 30, 30);
    private static readonly Color Missed = new(250, 150, 0);

    /// <summary>Adds everything to the page.</summary>
    public static void Write(HtmlPage page, CocoEvaluation evaluation, CocoReportInput? input)
    {
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
        var worst = CocoFindings.Collect(input.Truth, input.Results, iou, 0.5, input.MinScore, federated)
            .Where(f => shard.Contains(f.Image.Id))
            .OrderByDescending(Errors)
            .Take(input.Images)
            .ToList();
        page.Heading($"Images with most errors (score {input.MinScore} and above): found green, wrong red, missed orange");
        foreach (var findings in worst)
        {
            Draw(page, findings, input);
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

        using var canvas = input.Folder is { } folder
            ? new Canvas(ImageFile.Read(Path.Combine(folder, image.FileName)))
            : new Canvas(image.Width, image.Height, new Color(235, 235, 235));
        foreach (var finding in findings.Findings)
        {
            var (color, label) = finding.Kind switch
            {
                CocoFindingKind.TruePositive => (Found, $"{finding.Category.Name} {finding.Score:0.00}"),
                CocoFindingKind.FalsePositive => (Wrong, $"{finding.Category.Name} {finding.Score:0.00}"),
                _ => (Missed, finding.Category.Name),
            };
            var box = finding.Box;
            canvas.Box((float)box.X, (float)box.Y, (float)(box.X + box.Width), (float)(box.Y + box.Height), color, label);
        }

        page.Image(
            $"images/{image.Id}.jpg",
            canvas.ToPixelBuffer(),
            $"{(image.FileName.Length > 0 ? image.FileName : $"image {image.Id}")}: {findings.Count(CocoFindingKind.TruePositive)} found, "
            + $"{findings.Count(CocoFindingKind.FalsePositive)} wrong, {findings.Count(CocoFindingKind.Missed)} missed");
    }
}
