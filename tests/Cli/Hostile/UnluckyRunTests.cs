using System.Diagnostics;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Hostile;

/// <summary>Mistyped command lines, odd files among the inputs, and standard streams that are closed or gone.</summary>
public sealed class UnluckyRunTests : IDisposable
{
    private const string Model = "pplcnet-x1.0-doc-ori";

    private readonly TemporaryFolder _folder = new();
    private readonly string _cat;

    public UnluckyRunTests()
    {
        Directory.CreateDirectory(_folder.File("in"));
        _cat = _folder.File("in/cat.jpg");
        File.Copy(Path.Combine(RepositoryPaths.Samples, "cat.jpg"), _cat);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("'--model'", "classify", "x.jpg", "--modle", "x")]
    [InlineData("'detect'", "detcet", "x.jpg")]
    [InlineData("'list'", "models", "lst")]
    [InlineData("--workers takes a whole number", "classify", "x.jpg", "--workers", "abc")]
    [InlineData("--top takes a whole number", "classify", "x.jpg", "--top", "2.5")]
    [InlineData("--score takes a number", "detect", "x.jpg", "--score", "0,5")]
    [InlineData("--threads must lie between", "classify", "x.jpg", "--threads", "100000")]
    [InlineData("--window takes", "segment", "x.jpg", "--window", "1x1")]
    [InlineData("Expected one of .jpg", "classify", "x.jpg", "--draw", "x.gif")]
    [InlineData("--far must lie", "search", "x.jpg", "--index", "x", "--far", "99999999999")]
    public void MistypedCommandLinesAreUsageErrorsThatSayWhatWasMeant(string said, params string[] arguments)
    {
        var run = Pplcnet.Run(arguments).Expect(1);
        Assert.Contains(said, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesThatBeginWithAtOrDashAreInputs()
    {
        Bash($"cd '{_folder.Path}' && cp in/cat.jpg @at.jpg && cp in/cat.jpg ./--x.jpg", 0);
        Bash($"cd '{_folder.Path}' && {Command} classify @at.jpg --model {Model} && {Command} classify --model {Model} -- --x.jpg", 0);
    }

    [Fact]
    public void OddFilesInAFolderAreOneErrorEach()
    {
        Bash($"cd '{_folder.Path}/in' && mkfifo b.jpg && ln -s /dev/zero z.jpg && ln -s . self && mkdir d.jpg && printf 'GIF' > e.gif", 0);
        var run = Pplcnet.Run("classify", _folder.File("in"), "--model", Model, "--json").Expect(2);
        var answers = run.Json();
        Assert.Equal(["b.jpg", "cat.jpg", "e.gif", "z.jpg"], answers.Select(a => Path.GetFileName(a.GetProperty("file").GetString())));
        Assert.Equal(["io", null, "decode", "io"], answers.Select(a => a.TryGetProperty("error", out var e) ? e.GetProperty("kind").GetString() : null));
    }

    [Fact]
    public void ModelsAndManifestsAreRegularFilesToo()
    {
        Bash($"cd '{_folder.Path}' && ln -s /dev/zero m.onnx && mkfifo m.json && ln -s /dev/zero gt.json", 0);
        Pplcnet.Run("classify", _cat, "--model", _folder.File("m.onnx")).Expect(3);
        Pplcnet.Run("eval", "coco", "--gt", _folder.File("gt.json"), "--dt", _folder.File("gt.json")).Expect(2);
    }

    [Fact]
    public void ClosedStreamsEndNothing()
    {
        foreach (var redirect in (string[])["2>&-", "2>/dev/full"])
        {
            Bash($"cd '{_folder.Path}' && {Command} classify nope.jpg in/cat.jpg --model {Model} {redirect}", 2);
        }

        Bash($"{Command} classify - --model {Model} <&-", 0);
        Bash($"{Command} classify '{_cat}' --model {Model} >&-", 4);
    }

    [Fact]
    public void AReaderThatIsGoneEndsTheRun()
    {
        Bash($"cd '{_folder.Path}/in' && for i in $(seq 400); do ln cat.jpg $i.jpg; done", 0);
        var start = Stopwatch.GetTimestamp();
        var output = Bash($"set -o pipefail; {Command} classify '{_folder.File("in")}' --model {Model} --json --workers 1 | head -1", 130);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var first = Stopwatch.GetElapsedTime(start);
        Pplcnet.Run("classify", _folder.File("in"), "--model", Model, "--json", "--workers", "1").Expect(0);
        Assert.True(first < Stopwatch.GetElapsedTime(start) - first, "the run did not stop");
    }

    [Fact]
    public void OneWriterAFile()
    {
        var answers = _folder.File("a.jsonl");
        using var held = new FileStream(answers, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Pplcnet.Run("classify", _cat, "--model", Model, "--out", answers).Expect(4);
    }

    [Fact]
    public void NamesCommandNoTerminal()
    {
        var run = Pplcnet.Run("classify", _folder.File("in/\e[31mred.jpg"), "--model", Model).Expect(2);
        Assert.DoesNotContain('\e', run.Errors);
        Assert.Contains("\\x1b[31mred.jpg", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsMayBeginWithAByteOrderMark() =>
        Assert.Single(Pplcnet.RunOn($"\uFEFF{_cat}\n", "classify", "-", "--model", Model, "--json").Expect(0).Json());

    [Fact]
    public void ABrokenManifestInTheCacheEndsNoList()
    {
        Directory.CreateDirectory(_folder.File("cache/pplcnet/models"));
        _folder.Write("cache/pplcnet/models/broken.json", "{");
        var run = Pplcnet.RunWith([("XDG_CACHE_HOME", _folder.File("cache"))], "models", "list", "--json").Expect(0);
        Assert.NotEmpty(run.Json());
        Assert.Contains("broken.json", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsWrittenBelowHomeOrTheCurrentFolder()
    {
        Directory.CreateDirectory(_folder.File("home"));
        Bash($"cd '{_folder.Path}' && HOME='{_folder.Path}/home' {Command} classify in/cat.jpg --model {Model}", 0);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("home")));
        Bash($"cd '{_folder.Path}' && HOME=/nowhere XDG_CACHE_HOME= {Command} classify in/cat.jpg --model {Model}", 0);
        Assert.Equal(["home", "in"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FirstOfSeveralPagesIsReadAndSaid()
    {
        using var image = new SixLabors.ImageSharp.Image<SixLabors.ImageSharp.PixelFormats.Rgb24>(60, 40);
        image.Frames.AddFrame(image.Frames.RootFrame);
        using (var file = File.Create(_folder.File("two.gif")))
        {
            image.Save(file, new SixLabors.ImageSharp.Formats.Gif.GifEncoder());
        }

        var run = Pplcnet.Run("classify", _folder.File("two.gif"), "--model", Model).Expect(0);
        Assert.Contains("the first of 2", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyTruthIsNoScoreOfZero()
    {
        var empty = _folder.Write("labels.tsv", "");
        Pplcnet.Run("eval", "ocr-rec", "--labels", empty, "--pred", empty).Expect(2);
        Pplcnet.Run("eval", "classify", "--labels", empty).Expect(2);
    }

    private static string Command => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "pplcnet.dll")}'";

    private static string Bash(string script, int expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash on this system.");
        using var process = Process.Start(new ProcessStartInfo("timeout", ["60", "bash", "-c", script]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(expected == process.ExitCode, $"expected {expected}, found {process.ExitCode}: {script}");
        return output;
    }
}
