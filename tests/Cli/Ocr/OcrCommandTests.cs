using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Ocr;

public sealed class OcrCommandTests : IDisposable
{
    private static readonly string _page = Path.Combine(RepositoryPaths.Samples, "page.png");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ADictionaryThatDoesNotFitIsAModelError()
    {
        _folder.Write("keys.txt", "a\nb\nc\n");
        var run = Pplcnet.Run("ocr", _page, "--model", "ppocr-v6-tiny", "--dictionary", _folder.File("keys.txt"));
        Assert.True(run.ExitCode == 3, run.Errors);
        Assert.Contains("6904", run.Errors, StringComparison.Ordinal);
        Assert.Contains("3 keys", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void EveryLineOfThePageIsReadWithItsWords()
    {
        var run = Pplcnet.Run("ocr", _page, "--words", "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        var lines = Assert.Single(run.Json()).GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(7, lines.Count);
        var words = lines[4].GetProperty("words").EnumerateArray().Select(w => w.GetProperty("text").GetString());
        Assert.Equal("the markers are found at the two extreme parts of the", string.Join(' ', words));
    }

    [Fact]
    public void WordsOfAResultAreEvaluatedWithoutAModel()
    {
        Directory.CreateDirectory(_folder.File("gt"));
        Directory.CreateDirectory(_folder.File("pred"));
        Directory.CreateDirectory(_folder.File("images"));
        File.Copy(_page, _folder.File("images/page.png"));
        _folder.Write("gt/gt_page.txt", "0,0,100,0,100,20,0,20,Exit\n0,50,100,50,100,70,0,70,###\n0,100,100,100,100,120,0,120,Way\n");
        _folder.Write("pred/page.txt", "0,0,100,0,100,20,0,20,EXIT!\n0,50,100,50,100,70,0,70,any\n");
        var run = Pplcnet.Run(
            "eval", "ocr", "--images", _folder.File("images"), "--gt", _folder.File("gt"), "--pred", _folder.File("pred"), "--json");
        Assert.True(run.ExitCode == 0, run.Errors);
        var figures = Assert.Single(run.Json());
        Assert.Equal(1.0, figures.GetProperty("precision").GetDouble());
        Assert.Equal(0.5, figures.GetProperty("recall").GetDouble());
        Assert.Equal(2.0 / 3, figures.GetProperty("hmean").GetDouble(), 12);
        Assert.Equal(2, figures.GetProperty("truths").GetInt64());
    }
}
