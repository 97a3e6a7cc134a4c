using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Ocr;

public sealed class LayoutTests
{
    [Fact]
    public void ColumnsAreReadOneAfterTheOther()
    {
        // A title across, then two columns, then a footer across; the boxes overlap a little, as found ones do.
        Box[] boxes = [new(10, 190, 200, 200), new(105, 30, 200, 192), new(10, 5, 200, 32), new(10, 30, 106, 110), new(10, 108, 106, 191)];
        Assert.Equal([2, 3, 4, 1, 0], RegionOrder.Sort(boxes));
    }

    [Fact]
    public void LinesFollowTheirRegionsAndNoneIsLost()
    {
        var regions = new Detections([new(100, 0, 190, 100), new(0, 0, 90, 100)], [0.9f, 0.8f], [0, 1], ["table", "text"]);
        var lines = new[] { Line("left 1", 5, 5), Line("right 1", 105, 6), Line("left 2", 5, 30), Line("right 2", 105, 31), Line("below", 50, 150) };
        var page = LayoutReader.Arrange(new OcrResult(lines, 0, default), regions);
        Assert.Equal(["left 1", "left 2", "right 1", "right 2", "below"], page.Text.Lines.Select(l => l.Text));
        Assert.Equal([0, 0, 1, 1, -1], page.RegionOfLine);
        Assert.Equal(["text", "table"], page.Regions.Select(r => r.Class));
    }

    [Fact]
    public void TheCommandNamesRegions()
    {
        var run = Pplcnet.Run("ocr", Path.Combine(RepositoryPaths.Samples, "page.png"), "--layout", "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        var answer = Assert.Single(run.Json());
        var regions = answer.GetProperty("regions").GetArrayLength();
        Assert.True(regions > 0);
        var lines = answer.GetProperty("lines").EnumerateArray().ToList();
        Assert.Contains(lines, l => l.TryGetProperty("region", out var r) && r.GetInt32() < regions);
    }

    [Theory]
    [InlineData("--task", "det")]
    [InlineData("--page-orientation")]
    public void LayoutNeedsAnUprightPageThatIsRead(params string[] flags) =>
        Assert.Equal(1, Pplcnet.Run(["ocr", Path.Combine(RepositoryPaths.Samples, "page.png"), "--layout", .. flags]).ExitCode);

    private static OcrLine Line(string text, float x, float y) => new(text, 1, Quad.FromRectangle(x, y, x + 60, y + 10), []);
}
