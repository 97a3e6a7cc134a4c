using PPLCNet.Vision.Evaluation.Segmentation;
using ScottPlot;

namespace PPLCNet.Vision.Reports.Segmentation;

/// <summary>Images of a segmentation report: the confusion matrix and one bar a class.</summary>
internal static class SegmentationPlots
{
    /// <summary>Adds the confusion matrix, each row as shares of its true class.</summary>
    /// <param name="page">The report.</param>
    /// <param name="matrix">The counts.</param>
    /// <param name="classes">Indexes to show.</param>
    /// <param name="names">Their names.</param>
    public static void Confusion(HtmlPage page, ConfusionMatrix matrix, IReadOnlyList<int> classes, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(classes);
        PlotFont.Use();
        var shares = new double[classes.Count, classes.Count];
        for (var t = 0; t < classes.Count; t++)
        {
            // The whole row counts: what was predicted as something that is not shown is a miss too.
            var total = Enumerable.Range(0, matrix.Side).Sum(p => matrix[classes[t], p]);
            for (var p = 0; p < classes.Count; p++)
            {
                shares[t, p] = total == 0 ? double.NaN : (double)matrix[classes[t], classes[p]] / total;
            }
        }

        using var plot = new Plot();
        var map = plot.Add.Heatmap(shares);
        map.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        map.ManualRange = new ScottPlot.Range(0, 1);
        for (var t = 0; t < classes.Count; t++)
        {
            for (var p = 0; p < classes.Count; p++)
            {
                if (shares[t, p] >= 0.005)
                {
                    var text = plot.Add.Text($"{shares[t, p] * 100:0}", p, classes.Count - 1 - t);
                    text.LabelFontColor = shares[t, p] > 0.5 ? Colors.White : Colors.Black;
                    text.LabelFontSize = 11;
                    text.Alignment = Alignment.MiddleCenter;
                }
            }
        }

        var positions = Enumerable.Range(0, classes.Count).Select(i => (double)i).ToArray();
        plot.Axes.Left.SetTicks(positions, [.. names.Reverse()]);
        plot.Axes.Bottom.SetTicks(positions, [.. names]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Bottom.MinimumSize = 110;
        plot.Axes.Left.MinimumSize = 110;
        plot.HideGrid();
        plot.YLabel("truth");
        plot.XLabel("prediction");
        var side = 260 + (32 * classes.Count);
        Save(page, plot, "confusion.png", side, side, "Confusion matrix: per cent of each true class");
    }

    /// <summary>Adds one bar a class; classes without a value are left out.</summary>
    /// <param name="page">The report.</param>
    /// <param name="fileName">File name of the plot.</param>
    /// <param name="caption">Text below it.</param>
    /// <param name="values">Names and values, 0 to 1.</param>
    public static void Bars(HtmlPage page, string fileName, string caption, IReadOnlyList<(string Name, double Value)> values)
    {
        ArgumentNullException.ThrowIfNull(page);
        PlotFont.Use();
        var shown = values.Where(v => double.IsFinite(v.Value)).Reverse().ToList();
        if (shown.Count == 0)
        {
            return;
        }

        using var plot = new Plot();
        var bars = plot.Add.Bars([.. shown.Select(v => v.Value)]);
        bars.Horizontal = true;
        for (var i = 0; i < shown.Count; i++)
        {
            bars.Bars[i].Label = $"{shown[i].Value:0.000}";
            bars.Bars[i].Size = 0.7;
        }

        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, shown.Count).Select(i => (double)i)], [.. shown.Select(v => v.Name)]);
        plot.Axes.Left.MinimumSize = 110;
        plot.Axes.SetLimits(0, 1.08, -0.7, shown.Count - 0.3);
        Save(page, plot, fileName, 640, 90 + (26 * shown.Count), caption);
    }

    private static void Save(HtmlPage page, Plot plot, string fileName, int width, int height, string caption) =>
        page.Image(fileName, plot.GetImageBytes(width, height, ScottPlot.ImageFormat.Png), caption);
}
