using System.Numerics;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Ocr;

public sealed class OcrEngineTests : IClassFixture<OcrEngineTests.Engines>
{
    private static readonly string[] _lines = ["Library hours", "Monday to Friday 9:00", "closed on Sunday", "图书馆开放时间"];
    private static readonly PixelBuffer _page = DrawnPages.Page(640, 400, 36, _lines);
    private readonly Engines _engines;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public OcrEngineTests(Engines engines) => _engines = engines;

    [Fact]
    public void ReadsADrawnPageInTwoScripts()
    {
        var result = _engines.Tiny.Read(_page, Token);
        Assert.Equal(_lines.Select(Bare), result.Lines.Select(l => Bare(l.Text)));
        Assert.All(result.Lines, l => Assert.InRange(l.Score, 0.5f, 1f));
        Assert.True(result.Timings.Run > 0);
    }

    [Fact]
    public void ReadsAPhotoOfAPage()
    {
        using var engine = OcrEngine.Load();
        var text = engine.Read(Path.Combine(RepositoryPaths.Samples, "page.png"), Token).Text;
        Assert.Contains("Region-based segmentation", text, StringComparison.Ordinal);
        Assert.Contains("Let us first determine markers of the coins and the", text, StringComparison.Ordinal);
        Assert.Contains("the markers are found at the two extreme parts of the", text, StringComparison.Ordinal);
        Assert.Contains("histogram of grey values:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WordsLieInTheirLines()
    {
        var result = _engines.Tiny.Read(_page, Token);
        Assert.Equal(["Monday", "to", "Friday", "9:00"], result.Lines[1].Words.Select(w => w.Text));
        foreach (var line in result.Lines)
        {
            Assert.Equal(Bare(line.Text), string.Concat(line.Words.Select(w => w.Text)));
            var area = Polygon.Area(line.Quad.ToArray());
            var words = line.Words.Select(w => Polygon.Area(w.Quad.ToArray())).Sum();
            var inside = line.Words.Sum(w => Polygon.IntersectionArea(w.Quad.ToArray(), line.Quad.ToArray()));
            Assert.True(words <= area * 1.01 && inside >= words * 0.99, $"{line.Text}: {words} of {area}, {inside} inside");
        }
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void ATurnedPageIsReadAndItsPlacesAreTheSourcePages(int degrees)
    {
        var upright = _engines.Pages.Read(_page, Token);
        var turned = _engines.Pages.Read(DrawnPages.Turn(_page, degrees), Token);
        Assert.Equal((0, degrees), (upright.PageTurn, turned.PageTurn));
        Assert.Equal(upright.Lines.Select(l => Bare(l.Text)), turned.Lines.Select(l => Bare(l.Text)));
        for (var i = 0; i < upright.Lines.Count; i++)
        {
            var expected = upright.Lines[i].Quad.Map(p => TurnedPoint(p, degrees));
            Assert.InRange(Vector2.Distance(expected.TopLeft, turned.Lines[i].Quad.TopLeft), 0, 4);
            Assert.InRange(Vector2.Distance(expected.BottomRight, turned.Lines[i].Quad.BottomRight), 0, 4);
        }
    }

    [Fact]
    public void ALineOnItsHeadIsReadAndItsFirstCornerIsTheTexts()
    {
        var image = DrawnPages.Turn(DrawnPages.Page(640, 120, 40, "closed on Sunday"), 180);
        var lines = _engines.Tiny.Read(image, Token).Lines;
        Assert.Equal("closedonSunday", Bare(string.Concat(lines.OrderByDescending(l => l.Quad.Center.X).Select(l => l.Text))));
        Assert.All(lines, l => Assert.True(l.Quad.TopLeft.X > l.Quad.TopRight.X && l.Quad.TopLeft.Y > l.Quad.BottomLeft.Y));
    }

    [Fact]
    public void APartOfAImageMovesBack()
    {
        var whole = _engines.Tiny.Read(_page, Token).Lines[0];
        var part = _engines.Tiny.Read(_page.View.Crop(10, 6, 600, 80), Token).MovedBy(10, 6).Lines[0];
        Assert.Equal(Bare(whole.Text), Bare(part.Text));
        Assert.InRange(Vector2.Distance(whole.Quad.Center, part.Quad.Center), 0, 5);
    }

    [Fact]
    public void EightThreadsReadTheSameBits()
    {
        var images = new[] { _page, DrawnPages.Page(500, 200, 30, "one two three"), DrawnPages.Page(320, 100, 24, "中文 abc") };
        var expected = images.Select(p => Fingerprint(_engines.Tiny.Read(p, Token))).ToArray();
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.Equal(expected[i % 3], Fingerprint(_engines.Tiny.Read(images[i % 3], Token))));
    }

    [Fact]
    public void ALexiconDecidesWhatMayBeRead()
    {
        var options = new OcrOptions { Lexicon = ["closed on Monday", "closed on Sunday"], MinScore = 0 };
        using var reader = LineReader.Load("ppocr-v6-tiny-rec", options);
        var line = DrawnPages.Page(330, 64, 36, "c1osed on Sundav");
        Assert.Equal("closed on Sunday", reader.Read(line, out _, Token).Text);
    }

    [Fact]
    public void ImagesWithoutTextHaveNoLines() =>
        Assert.Empty(_engines.Tiny.Read(new PixelBuffer(200, 100), Token).Lines);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 200)]
    [InlineData(500, 2)]
    public void TinyImagesAreNoError(int width, int height) =>
        Assert.Empty(_engines.Tiny.Read(new PixelBuffer(width, height), Token).Lines);

    [Fact]
    public void CancelledReadsStop() =>
        Assert.Throws<OperationCanceledException>(() => _engines.Tiny.Read(_page, new CancellationToken(true)));

    [Theory]
    [InlineData("ppocr-v6-small-rec", "detector")]
    [InlineData("ppocr-v6-small-det", "recogniser")]
    [InlineData("ppocr-v6-small-rec+ppocr-v6-small-rec", "probability map")]
    [InlineData("ppocr-v6-tiny-det+ppocr-v6-tiny-det", "fixed-height")]
    [InlineData("ppocr-cls-v2", "finds or reads text")]
    public void ModelsThatDoNotFitAreRefused(string model, string expected) =>
        Assert.Contains(expected, Assert.Throws<ModelFormatException>(() => OcrEngine.Load(model)).Expected, StringComparison.Ordinal);

    [Fact]
    public void AModelThatIsNotThereIsRefused()
    {
        var error = Assert.Throws<ModelNotFoundException>(() => OcrEngine.Load("no-such-model"));
        Assert.Contains("model name or file", error.Message, StringComparison.Ordinal);
    }

    private static string Bare(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    private static string Fingerprint(OcrResult result) =>
        string.Join('\n', result.Lines.Select(l => $"{l.Text} {BitConverter.SingleToInt32Bits(l.Score):x8} {l.Quad} {string.Join(' ', l.Words)}"));

    // Where a point of the upright page lies after a clockwise turn of the 640x400 page.
    private static Vector2 TurnedPoint(Vector2 p, int degrees) => degrees switch
    {
        90 => new Vector2(_page.Height - p.Y, p.X),
        180 => new Vector2(_page.Width - p.X, _page.Height - p.Y),
        _ => new Vector2(p.Y, _page.Width - p.X),
    };

    public sealed class Engines : IDisposable
    {
        public OcrEngine Tiny { get; } = OcrEngine.Load("ppocr-v6-tiny", new OcrOptions { Words = true });

        public OcrEngine Pages { get; } = OcrEngine.Load("ppocr-v6-tiny", new OcrOptions { PageOrientation = true });

        public void Dispose()
        {
            Tiny.Dispose();
            Pages.Dispose();
        }
    }
}
