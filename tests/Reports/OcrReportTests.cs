using System.Numerics;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Reports;
using PPLCNet.Vision.Reports.Ocr;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Reports;

public sealed class OcrReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_show_truth_and_results_and_lines_both_texts()
    {
        ImageFile.Write(_folder.File("page.png"), new PixelBuffer(60, 40));
        var polygon = new TextPolygon([new Vector2(5, 5), new Vector2(50, 5), new Vector2(50, 30), new Vector2(5, 30)], "text");
        var page = new HtmlPage("report", _folder.Path);
        OcrReport.WriteImages(page, [new(_folder.File("page.png"), [polygon], [], "0 of 1 found")]);
        OcrReport.WriteLines(page, [(_folder.File("page.png"), "right", "wrong")]);
        page.Save("index.html");
        var html = File.ReadAllText(_folder.File("index.html"));
        Assert.Contains("page: 0 of 1 found", html, StringComparison.Ordinal);
        Assert.Contains("truth right, read wrong", html, StringComparison.Ordinal);

        // The truth is framed in green on black.
        var drawn = ImageFile.Read(_folder.File("images/page.jpg"));
        Assert.Equal((60, 40), (drawn.Width, drawn.Height));
        var bytes = drawn.Row(5).ToArray();
        Assert.Contains(Enumerable.Range(0, 60), x => bytes[(3 * x) + 1] > 100);
    }
}
