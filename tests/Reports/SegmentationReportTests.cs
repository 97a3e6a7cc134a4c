using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Reports;
using PPLCNet.Vision.Reports.Segmentation;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Reports;

public sealed class SegmentationReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_segmentation_has_a_confusion_matrix_bars_and_a_table()
    {
        var counts = SegmentationCounts.Create(2, null, 255, AbsentClass.AsPaddleSeg, ["road", "sky"]);
        counts.Matrix.Add(0, 0, 5);
        counts.Matrix.Add(1, 0, 3);
        var page = new HtmlPage("report", _folder.Path);
        SegmentationReport.Write(page, counts);
        page.Save("index.html");
        Assert.True(new FileInfo(_folder.File("confusion.png")).Length > 1000);
        Assert.True(new FileInfo(_folder.File("iou.png")).Length > 1000);
        Assert.Contains("<td>sky</td>", File.ReadAllText(_folder.File("index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Cityscapes_brings_the_official_result_file()
    {
        var matrix = new ConfusionMatrix(34);
        matrix.Add(7, 7, 5);
        var evaluator = CityscapesEvaluator.Restore(1, matrix, null);
        CityscapesReport.Write(new HtmlPage("report", _folder.Path), evaluator, evaluator.Score());
        var text = File.ReadAllText(_folder.File("resultPixelLevelSemanticLabeling.json"));
        Assert.Contains("\"road\":1", text, StringComparison.Ordinal);
        Assert.Contains("\"averageScoreInstClasses\":null", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }
}
