using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Reports;
using PPLCNet.Vision.Reports.Segmentation;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>The figures of a head as an HTML page with images.</summary>
public static class TeachingPage
{
    private const int ImagesPerSection = 24, LargestMatrix = 40, ShownConfusions = 30;

    /// <summary>Writes <c>index.html</c> and its images into a folder.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="title">Title of the page.</param>
    /// <param name="folder">The folder, which is created where it does not exist.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static void Write(TeachingReport report, string title, string folder)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new HtmlPage(title, folder);
        var images = new ContactSheet(page);
        Summary(page, report);
        Confusions(page, images, report);
        page.Table("Labels", ["label", "training", "validation", "precision", "recall"], report.Labels.Select(l => (string[])
            [l.Label, $"{l.Training}", $"{l.Validation}", Percent(l.Precision), Percent(l.Recall)]));
        Curve(page, report);
        Judged(page, images, "Training images whose label is likely to be wrong",
            "Each was judged by a head that did not learn from it.", report.SuspectLabels);
        Duplicates(page, images, report);
        if (report.Failures.Count > 0)
        {
            page.Table("Not learned from", ["file", "reason"], report.Failures.Select(f => (string[])[f.Path, f.Error.Message]));
        }

        page.Save("index.html");
    }

    /// <summary>A share with its interval, in percent.</summary>
    internal static string Text(WilsonInterval share) =>
        share.Count == 0 ? "no images" : $"{share.Share * 100:0.0}% ({share.Low * 100:0.0} to {share.High * 100:0.0}), {share.Hits} of {share.Count}";

    private static string Percent(double value) => double.IsFinite(value) ? $"{value * 100:0.0}%" : "-";

    private static void Summary(HtmlPage page, TeachingReport report)
    {
        var novelty = $"images above a distance of {report.NoveltyThreshold:0.000} to every label; {report.UnknownShare * 100:0.0}% of the validation images";
        List<string[]> rows =
        [
            ["top-1 on validation images, with 95% interval", Text(report.Top1)],
            ["top-1 without near duplicates of training images", Text(report.Top1WithoutDuplicates)],
            ["top-1 on training images by cross-validation", Text(report.CrossValidated)],
            ["images", $"{report.Training} for training, {report.Validation} for validation, {report.Labels.Count} labels"],
            ["backbone", report.Backbone],
            ["calibration", double.IsFinite(report.CalibrationError)
                ? $"expected error {report.CalibrationError * 100:0.0}%, temperature {report.Temperature:0.00}" : $"temperature {report.Temperature:0.00}"],
            ["regularization", $"{report.Strength:g3}, by cross-validation"],
            ["called unknown", novelty],
        ];
        page.Table("Figures", ["", ""], rows);
        foreach (var note in report.Notes)
        {
            page.Paragraph(note);
        }
    }

    private static void Confusions(HtmlPage page, ContactSheet images, TeachingReport report)
    {
        var n = report.Labels.Count;
        if (report.Confusion.Count > 0)
        {
            page.Heading("Confusion matrix");
            if (n <= LargestMatrix)
            {
                var matrix = new ConfusionMatrix(n);
                for (var i = 0; i < report.Confusion.Count; i++)
                {
                    matrix.Add(i / n, i % n, report.Confusion[i]);
                }

                SegmentationPlots.Confusion(page, matrix, [.. Enumerable.Range(0, n)], [.. report.Labels.Select(l => l.Label)]);
            }

            page.Table("Most frequent confusions", ["label", "answer", "images"], Enumerable.Range(0, report.Confusion.Count)
                .Where(i => i / n != i % n && report.Confusion[i] > 0)
                .OrderByDescending(i => report.Confusion[i]).ThenBy(i => i)
                .Take(ShownConfusions)
                .Select(i => (string[])[report.Labels[i / n].Label, report.Labels[i % n].Label, $"{report.Confusion[i]}"]));
        }

        Judged(page, images, "Validation images with a wrong answer", "The surest answers first.", report.Mistakes);
    }

    private static void Judged(HtmlPage page, ContactSheet images, string heading, string text, IReadOnlyList<JudgedPhoto> photos)
    {
        page.Heading(heading);
        page.Paragraph(photos.Count == 0 ? "None." : $"{text} {Math.Min(ImagesPerSection, photos.Count)} of {photos.Count}.");
        foreach (var photo in photos.Take(ImagesPerSection))
        {
            images.Add(photo.Path, $"{photo.Given} ({photo.GivenScore * 100:0}%), answer {photo.Answer} ({photo.AnswerScore * 100:0}%): {Path.GetFileName(photo.Path)}");
        }
    }

    private static void Curve(HtmlPage page, TeachingReport report)
    {
        if (report.Curve.Count == 0)
        {
            return;
        }

        page.Table("Accuracy over images per label", ["images per label", "images", "top-1"], report.Curve.Select(p => (string[])
            [p == report.Curve[^1] ? $"all (up to {p.ImagesPerLabel})" : $"{p.ImagesPerLabel}", $"{p.Images}", Text(p.Top1)]));
        SegmentationPlots.Bars(page, "curve.png", "Top-1 over images per label", [.. report.Curve.Select(p => ($"{p.ImagesPerLabel}", p.Top1.Share))]);
        if (report.MoreHelps.Count > 0)
        {
            page.Table("More images of these help most", ["label", "recall with half of the images", "with all"], report.MoreHelps
                .Select(g => (string[])[g.Label, Percent(g.RecallOfHalf), Percent(g.Recall)]));
        }
    }

    private static void Duplicates(HtmlPage page, ContactSheet images, TeachingReport report)
    {
        page.Heading("Near duplicates across the split");
        page.Paragraph(report.NearDuplicates.Count == 0
            ? "No validation image is nearly the same as a training image."
            : $"{report.NearDuplicates.Count} validation images are nearly the same as a training image and flatter the head: without them, top-1 is {Text(report.Top1WithoutDuplicates)}.");
        foreach (var pair in report.NearDuplicates.Take(ImagesPerSection / 2))
        {
            images.Add(pair.Path, $"validation: {Path.GetFileName(pair.Path)}");
            images.Add(pair.Training, $"training: {Path.GetFileName(pair.Training)}, similarity {pair.Similarity:0.000}{(pair.IsMirrored ? ", mirrored" : "")}");
        }
    }
}
