using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Analysis;
using ScottPlot;

namespace PPLCNet.Vision.Reports.Coco;

/// <summary>Images of a COCO report: precision over recall, and the confusion matrix.</summary>
internal static class CocoPlots
{
    private const int MostCategories = 30;

    /// <summary>Adds the mean curve at several overlaps.</summary>
    public static void Curves(HtmlPage page, CocoEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(evaluation);
        PlotFont.Use();
        var thresholds = evaluation.Matches.Options.IouThresholds;
        using var plot = new Plot();
        for (var t = 0; t < thresholds.Count; t++)
        {
            if (evaluation.MeanCurve(t) is { } curve)
            {
                var line = plot.Add.ScatterLine([.. CocoEvaluationOptions.RecallLevels], curve);
                line.LegendText = $"IoU {thresholds[t]:0.00}";
                line.LineWidth = 2;
            }
        }

        plot.Axes.SetLimits(0, 1, 0, 1.02);
        plot.XLabel("recall");
        plot.YLabel("precision");
        plot.ShowLegend(Alignment.UpperRight);
        Save(page, plot, "precision-recall.png", 720, 520, "Mean over the categories with truth");
    }

    /// <summary>
    /// Adds the confusion matrix, each row as shares of its true category; the most frequent categories where there are many.
    /// </summary>
    public static void Confusion(HtmlPage page, CocoConfusion confusion)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(confusion);
        PlotFont.Use();
        var all = Enumerable.Range(0, confusion.Background + 1).ToArray();
        long Total(int truth) => all.Sum(d => confusion[truth, d]);
        int[] shown = [.. all[..^1].Where(k => Total(k) > 0).OrderByDescending(Total).Take(MostCategories).Order(), confusion.Background];
        var shares = new double[shown.Length, shown.Length];
        for (var t = 0; t < shown.Length; t++)
        {
            var total = Total(shown[t]);
            for (var d = 0; d < shown.Length; d++)
            {
                shares[t, d] = total == 0 ? 0 : (double)confusion[shown[t], shown[d]] / total;
            }
        }

        using var plot = new Plot();
        var map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        map.ManualRange = new ScottPlot.Range(0, 1);
        double[] positions = [.. Enumerable.Range(0, shown.Length).Select(i => (double)i)];
        string[] names = [.. shown.Select(k => k == confusion.Background ? "background" : confusion.Categories[k].Name)];
        plot.Axes.Left.SetTicks(positions, [.. names.Reverse()]);
        plot.Axes.Bottom.SetTicks(positions, names);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Bottom.MinimumSize = 110;
        plot.Axes.Left.MinimumSize = 110;
        plot.HideGrid();
        plot.YLabel("truth");
        plot.XLabel("detected as");
        var side = 260 + (24 * shown.Length);
        var note = shown.Length - 1 < confusion.Background ? $"; {shown.Length - 1} categories" : "";
        Save(page, plot, "confusion.png", side, side, $"Share of each true category at IoU 0.5{note}; the last row shows false positives");
    }

    private static void Save(HtmlPage page, Plot plot, string fileName, int width, int height, string caption) =>
        page.Image(fileName, plot.GetImageBytes(width, height, ScottPlot.ImageFormat.Png), caption);
}
