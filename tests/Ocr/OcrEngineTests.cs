using System.Numerics;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
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
        var result = _engines.Tiny.Read(_page, cancellationToken: Token);
        Assert.Equal(_lines.Select(Bare), result.Lines.Select(l => Bare(l.Text)));
        Assert.All(result.Lines, l => Assert.InRange(l.Score, 0.5f, 1f));
        Assert.True(result.Timings.Run > 0);
    }

    [Fact]
    public void ReadsAPhotoOfAPage()
    {
        using var engine = OcrEngine.Load();
        var text = engine.Read(Path.Combine(RepositoryPaths.Samples, "page.png"), cancellationToken: Token).Text;
        Assert.Contains("Region-based segmentation", text, StringComparison.Ordinal);
        Assert.Contains("Let us first determine markers of the coins and the", text, StringComparison.Ordinal);
        Assert.Contains("the markers are found at the two extreme parts of the", text, StringComparison.Ordinal);
        Assert.Contains("histogram of grey values:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WordsLieInTheirLines()
    {
        var result = _engines.Tiny.Read(_page, cancellationToken: Token);
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
        var upright = _engines.Pages.Read(_page, cancellationToken: Token);
        var turned = _engines.Pages.Read(DrawnPages.Turn(_page, degrees), cancellationToken: Token);
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
        var lines = _engines.Tiny.Read(image, cancellationToken: Token).Lines;
        Assert.Equal("closedonSunday", Bare(string.Concat(lines.OrderByDescending(l => l.Quad.Center.X).Select(l => l.Text))));
        Assert.All(lines, l => Assert.True(l.Quad.TopLeft.X > l.Quad.TopRight.X && l.Quad.TopLeft.Y > l.Quad.BottomLeft.Y));
    }

    [Fact]
    public void APartOfAImageMovesBack()
    {
        var whole = _engines.Tiny.Read(_page, cancellationToken: Token).Lines[0];
        var part = _engines.Tiny.Read(_page.View.Crop(10, 6, 600, 80), cancellationToken: Token).MovedBy(10, 6).Lines[0];
        Assert.Equal(Bare(whole.Text), Bare(part.Text));
        Assert.InRange(Vector2.Distance(whole.Quad.Center, part.Quad.Center), 0, 5);
    }

    [Fact]
    public void EightThreadsReadTheSameBits()
    {
        var images = new[] { _page, DrawnPages.Page(500, 200, 30, "one two three"), DrawnPages.Page(320, 100, 24, "中文 abc") };
        var expected = images.Select(p => Fingerprint(_engines.Tiny.Read(p, cancellationToken: Token))).ToArray();
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.Equal(expected[i % 3], Fingerprint(_engines.Tiny.Read(images[i % 3], cancellationToken: Token))));
    }

    [Fact]
    public void ALexiconDecidesWhatMayBeRead()
    {
        var options = new OcrOptions { Lexicon = ["closed on Monday", "closed on Sunday"], MinScore = 0 };
        using var reader = LineReader.Load("ppocr-v6-tiny-rec");
        var line = DrawnPages.Page(330, 64, 36, "c1osed on Sundav");
        Assert.Equal("closed on Sunday", reader.Read(line, options, Token).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(180)]
    public void NumbersThatReadBothWaysStandAsTheirPageDoes(int degrees)
    {
        // Upside down these read as other numbers, equally surely.
        string[] numbers =
            ["9", "98", "08", "6", "86", "123.45", "80", "96", "16", "66", "0.85", "69", "90", "platform", "9.6", "61"];
        using var canvas = new Canvas(640, 260, Color.White);
        for (var i = 0; i < numbers.Length; i++)
        {
            canvas.Text(30 + (i % 4 * 160), 50 + (i / 4 * 60), numbers[i], Color.Black, 28);
        }

        var result = _engines.Tiny.Read(DrawnPages.Turn(canvas.ToPixelBuffer(), degrees), cancellationToken: Token);
        Assert.Equal(string.Concat(numbers), Bare(string.Concat(result.Lines.Select(l => l.Text))));
        Assert.Equal(degrees == 180, result.Notes.Any(n => n.Contains("upside down", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(PixelFormat.Rgb24)]
    [InlineData(PixelFormat.Bgra32)]
    [InlineData(PixelFormat.Rgba32)]
    [InlineData(PixelFormat.Gray8)]
    public void EveryPixelFormatIsReadAlike(PixelFormat format)
    {
        // Red on blue: swapped channels are another image. Gray has one channel, so it is compared with its own gray.
        using var canvas = new Canvas(420, 100, new Color(40, 60, 200));
        canvas.Text(20, 62, "Library hours", new Color(250, 220, 40), 36);
        var bgr = canvas.ToPixelBuffer();
        var page = Convert(bgr, format);
        bgr = format == PixelFormat.Gray8 ? Convert(page, PixelFormat.Bgr24) : bgr;
        Assert.Equal(Fingerprint(_engines.Tiny.Read(bgr, cancellationToken: Token)), Fingerprint(_engines.Tiny.Read(page, cancellationToken: Token)));
        Assert.Equal(Fingerprint(_engines.Pages.Read(DrawnPages.Turn(bgr, 90), cancellationToken: Token)), Fingerprint(_engines.Pages.Read(Turned(page), cancellationToken: Token)));
        using var reader = LineReader.Load("ppocr-v6-tiny-rec");
        Assert.Equal($"{reader.Read(bgr, new OcrOptions { Words = true }, Token).Lines[0]}", $"{reader.Read(page, new OcrOptions { Words = true }, Token).Lines[0]}");
    }

    [Theory]
    [InlineData(0, PixelFormat.Bgra32)]
    [InlineData(0, PixelFormat.Rgba32)]
    [InlineData(255, PixelFormat.Bgra32)]
    public void TextOnATransparentGroundIsRead(byte shade, PixelFormat format)
    {
        // Ink and ground have the same color; only alpha tells them apart.
        var ink = DrawnPages.Page(420, 100, 36, "Library hours");
        var page = new PixelBuffer(ink.Width, ink.Height, format);
        page.Data.Fill(shade);
        for (var i = 0; i < ink.Width * ink.Height; i++)
        {
            page.Data[(i * 4) + 3] = (byte)(255 - ink.Data[i * 3]);
        }

        Assert.Equal("Libraryhours", Bare(_engines.Tiny.Read(page, cancellationToken: Token).Text));
        Assert.Single(_engines.Tiny.Detect(page, cancellationToken: Token));
        using var reader = LineReader.Load("ppocr-v6-tiny-rec");
        Assert.Equal("Libraryhours", Bare(reader.Read(page, cancellationToken: Token).Text));
    }

    [Fact]
    public void ALongLineIsReadInPieces()
    {
        var text = string.Join(' ', Enumerable.Range(0, 72).Select(i => (i % 7) switch
        {
            0 => "the", 1 => "river", 2 => "station", 3 => "opened", 4 => "yellow", 5 => "houses", _ => "under",
        }));
        using var ruler = new Canvas(8, 8, Color.White);
        using var canvas = new Canvas((int)ruler.Measure(text, 36) + 40, 56, Color.White);
        canvas.Text(20, 40, text, Color.Black, 36);
        var image = canvas.ToPixelBuffer();
        Assert.True(image.Width > 80 * image.Height);
        using var reader = LineReader.Load("ppocr-v6-tiny-rec");
        var line = reader.Read(image, new OcrOptions { Words = true }, Token).Lines[0];
        Assert.Equal(Bare(text), Bare(line.Text));
        Assert.Equal(Bare(text), Bare(_engines.Tiny.Read(image, cancellationToken: Token).Text));

        // Places run on across the seams.
        var start = 20f;
        Assert.Equal(text.Split(' '), line.Words.Select(w => w.Text));
        foreach (var word in line.Words)
        {
            var width = ruler.Measure(word.Text, 36);
            Assert.InRange(word.Quad.Center.X, start + (width / 2) - 12, start + (width / 2) + 12);
            start += ruler.Measure($"{word.Text} x", 36) - ruler.Measure("x", 36);
        }
    }

    [Fact]
    public void AnImageBeyondOpenCvsLimitIsRead()
    {
        using var canvas = new Canvas(33_000, 64, Color.White);
        canvas.Text(32_600, 44, "Library hours", Color.Black, 36);
        var box = new TextBox(Quad.FromRectangle(32_590, 8, 32_830, 58), 1);
        var line = Assert.Single(_engines.Tiny.ReadLines(canvas.ToPixelBuffer(), [box], cancellationToken: Token).Lines);
        Assert.Equal("Libraryhours", Bare(line.Text));
        Assert.InRange(line.Words[1].Quad.TopLeft.X, 32_700, 32_760);
    }

    [Fact]
    public void ASmallImageWithLargeLettersIsRead() =>
        Assert.Equal("SALE", Bare(_engines.Tiny.Read(DrawnPages.Page(110, 44, 26, "SALE"), cancellationToken: Token).Text));

    [Fact]
    public void ImagesWithoutTextHaveNoLines() =>
        Assert.Empty(_engines.Tiny.Read(new PixelBuffer(200, 100), cancellationToken: Token).Lines);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 200)]
    [InlineData(500, 2)]
    public void TinyImagesAreNoError(int width, int height) =>
        Assert.Empty(_engines.Tiny.Read(new PixelBuffer(width, height), cancellationToken: Token).Lines);

    [Fact]
    public void CancelledReadsStop() =>
        Assert.Throws<OperationCanceledException>(() => _engines.Tiny.Read(_page, null, new CancellationToken(true)));

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

    private static PixelBuffer Convert(PixelBuffer from, PixelFormat format)
    {
        var to = new PixelBuffer(from.Width, from.Height, format);
        var (step, size) = (from.Format.BytesPerPixel(), format.BytesPerPixel());
        for (var i = 0; i < from.Width * from.Height; i++)
        {
            var (at, last) = (i * step, step - 1);
            var (b, g, r) = (from.Data[at], from.Data[at + Math.Min(1, last)], from.Data[at + Math.Min(2, last)]);
            byte[] pixel = format switch
            {
                PixelFormat.Gray8 => [(byte)((b + g + r) / 3)],
                PixelFormat.Bgr24 => [b, g, r],
                PixelFormat.Rgb24 => [r, g, b],
                PixelFormat.Bgra32 => [b, g, r, 255],
                _ => [r, g, b, 255],
            };
            pixel.CopyTo(to.Data[(i * size)..]);
        }

        return to;
    }

    // A quarter turn clockwise that keeps the format.
    private static PixelBuffer Turned(PixelBuffer page)
    {
        var turned = new PixelBuffer(page.Height, page.Width, page.Format);
        var size = page.Format.BytesPerPixel();
        for (var y = 0; y < page.Height; y++)
        {
            for (var x = 0; x < page.Width; x++)
            {
                page.Row(y).Slice(x * size, size).CopyTo(turned.Row(x)[((page.Height - 1 - y) * size)..]);
            }
        }

        return turned;
    }

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
        public OcrEngine Tiny { get; } = OcrEngine.Load("ppocr-v6-tiny", defaults: new OcrOptions { Words = true });

        public OcrEngine Pages { get; } = OcrEngine.Load("ppocr-v6-tiny", defaults: new OcrOptions { PageOrientation = true });

        public void Dispose()
        {
            Tiny.Dispose();
            Pages.Dispose();
        }
    }
}
