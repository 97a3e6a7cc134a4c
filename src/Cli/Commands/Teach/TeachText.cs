using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Teaching.Figures;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands.Teach;

/// <summary>The figures of a head for people.</summary>
internal static class TeachText
{
    private const int Shown = 20, ShownPairs = 5;

    /// <summary>Writes them to standard output.</summary>
    public static void Write(TeachingReport report, string path)
    {
        Terminal.Line($"{path}: {report.Labels.Count} label{(report.Labels.Count == 1 ? "" : "s")} on {report.Backbone}, {report.Training} images for training, {report.Validation} for validation");
        Terminal.Line($"top-1 {Text(report.Top1)}");
        if (report.NearDuplicates.Count > 0)
        {
            Terminal.Line($"top-1 {Text(report.Top1WithoutDuplicates)} without {report.NearDuplicates.Count} validation images that are nearly the same as a training image");
        }

        Terminal.Line($"cross-validation on the training images {Text(report.CrossValidated)}");
        Labels(report);
        foreach (var photo in report.SuspectLabels.Take(ShownPairs))
        {
            Terminal.Line($"label to check: {photo.Path} is labeled '{photo.Given}' ({photo.GivenScore * 100:0}%), looks like '{photo.Answer}' ({photo.AnswerScore * 100:0}%)");
        }

        if (report.Curve.Count > 0)
        {
            Terminal.Line($"images per label and top-1: {string.Join(", ", report.Curve.Select(p => $"{p.ImagesPerLabel} {p.Top1.Share * 100:0.0}%"))}");
        }

        if (report.MoreHelps.Count > 0)
        {
            Terminal.Line($"more images help most of: {string.Join(", ", report.MoreHelps.Select(g => g.Label))}");
        }
    }

    private static string Text(WilsonInterval share) => share.Count == 0
        ? "not measured: no labeled images"
        : $"{share.Share * 100:0.0}% (95% interval {share.Low * 100:0.0} to {share.High * 100:0.0}; {share.Hits} of {share.Count})";

    /// <summary>The labels with the lowest recall.</summary>
    private static void Labels(TeachingReport report)
    {
        var table = Terminal.Table("label", "training", "validation", "precision", "recall");
        foreach (var label in report.Labels.OrderBy(l => double.IsNaN(l.Recall) ? 2 : l.Recall).ThenBy(l => l.Label, StringComparer.Ordinal).Take(Shown))
        {
            table.AddRow(new Text(label.Label), new Text($"{label.Training}"), new Text($"{label.Validation}"), new Text(Percent(label.Precision)), new Text(Percent(label.Recall)));
        }

        Terminal.Out.Write(table);
        if (report.Labels.Count > Shown)
        {
            Terminal.Line($"  the {Shown} labels with the lowest recall of {report.Labels.Count}");
        }
    }

    private static string Percent(double value) => double.IsFinite(value) ? $"{value * 100:0.0}%" : "-";
}
