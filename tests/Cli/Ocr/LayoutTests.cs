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
    public void ColumnsWhoseParagraphsEndTogetherAreReadOneAfterTheOther()
    {
        // A title, two columns of three paragraphs that align, a footer; then the same with an image across in between.
        Box[] boxes = [new(10, 5, 200, 28), new(10, 30, 100, 60), new(105, 30, 200, 60), new(10, 66, 100, 110),
            new(105, 66, 200, 110), new(10, 116, 100, 190), new(105, 116, 200, 190), new(10, 195, 200, 205)];
        Assert.Equal([0, 1, 3, 5, 2, 4, 6, 7], RegionOrder.Sort(boxes));
        boxes[3] = new(10, 66, 200, 110);
        boxes[4] = new(10, 112, 200, 114);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], RegionOrder.Sort(boxes));
    }

    [Fact]
    public void RowsOfLooseLinesStayRows()
    {
        // A receipt without regions: names on the left, prices on the right.
        Box[] rows = [new(10, 10, 80, 20), new(150, 10, 190, 20), new(10, 30, 90, 40), new(150, 30, 190, 40)];
        Assert.Equal([0, 1, 2, 3], RegionOrder.Sort(rows, _ => true));
    }

    [Fact]
    public void RegionsOfVerticalScriptAreReadFromRightToLeftAndTiersFromTopToBottom()
    {
        // A title that runs down the right edge, two tiers of text left of it, the page number at the left.
        Box[] boxes = [new(5, 40, 20, 60), new(30, 5, 160, 95), new(30, 105, 100, 195), new(105, 105, 160, 195), new(170, 5, 195, 195)];
        Assert.Equal([4, 1, 3, 2, 0], RegionOrder.Sort(boxes, null, isVertical: true));
    }

    /// <summary>The columns of each region already went from right to left; now the regions do too.</summary>
    [Fact]
    public void VerticalPagesAreReadFromRightToLeft()
    {
        OcrLine Column(string text, float x) => new(text, 1, Quad.FromRectangle(x, 10, x + 12, 190), []);
        OcrLine[] lines = [Column("6", 10), Column("5", 30), Column("4", 50), Column("3", 110), Column("2", 130), Column("1", 150)];
        var regions = new Detections([new(5, 5, 70, 195), new(105, 5, 170, 195)], [0.9f, 0.8f], [0, 0], ["text"]);
        var read = LayoutReader.Arrange(new OcrResult(lines, 0, default), regions);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], read.Text.Lines.Select(l => l.Text));
        Assert.Equal([0, 0, 0, 1, 1, 1], read.RegionOfLine);
    }

    [Fact]
    public void OneRegionOfTwoColumnsIsReadColumnByColumn()
    {
        // A table beside the columns hides their gap from the page; the region shows it.
        var lines = Enumerable.Range(0, 4).SelectMany(i => new[]
        {
            Line($"left {i}", 5, 5 + (i * 14), 150), Line($"right {i}", 170, 5 + (i * 14), 150),
            Line($"cell {i}", 340, 5 + (i * 14), 20),
        }).ToList();
        var regions = new Detections([new(0, 0, 325, 70), new(330, 0, 400, 70)], [0.9f, 0.8f], [0, 1], ["text", "table"]);
        var read = LayoutReader.Arrange(new OcrResult(lines, 0, default), regions).Text.Lines.Select(l => l.Text);
        Assert.Equal(
            ["left 0", "left 1", "left 2", "left 3", "right 0", "right 1", "right 2", "right 3", "cell 0", "cell 1", "cell 2", "cell 3"],
            read);
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

    private static OcrLine Line(string text, float x, float y, float width = 60) =>
        new(text, 1, Quad.FromRectangle(x, y, x + width, y + 10), []);
}
