using System.Diagnostics;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Hostile;

/// <summary>
/// Writes that fail, as on a full disk: the file that was there stays, or there is none; nothing that breaks off, nothing empty.
/// </summary>
public sealed class FailedWriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FailedWriteTests()
    {
        foreach (var (name, sample) in (IEnumerable<(string, string)>)[("a.jpg", "cat.jpg"), ("b.jpg", "coffee.jpg")])
        {
            File.Copy(Path.Combine(RepositoryPaths.Samples, sample), _folder.File(name));
        }

        Directory.CreateDirectory(_folder.File("out"));
        _folder.Write("labels.tsv", "a.jpg\thello\nb.jpg\tworld\n");
        _folder.Write("a.pred", "a.jpg\thello\nb.jpg\tworld\n");
        _folder.Write("b.pred", "a.jpg\thello\nb.jpg\tword\n");
        foreach (var (name, box) in (IEnumerable<(string, string)>)[("a", "[0, 0, 10, 10]"), ("b", "[0, 0, 9, 10]")])
        {
            _folder.Write($"{name}.gt", $$"""{"images": [{"id": 1, "width": 20, "height": 20}], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": {{box}}, "area": 90}], "categories": [{"id": 1, "name": "x"}]}""");
            _folder.Write($"{name}.dt", $$"""[{"image_id": 1, "category_id": 1, "bbox": {{box}}, "score": 0.5}]""");
        }

        Directory.CreateDirectory(_folder.File("things"));
        File.Copy(_folder.File("a.jpg"), _folder.File("things/1.jpg"));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>IN is a.jpg (or a.gt, ...) in the run whose files stay and b.jpg in the run that fails.</summary>
    [Theory]
    [InlineData("classify IN.jpg --draw out/o.png")]
    [InlineData("classify IN.jpg --draw out/o.jpg")]
    [InlineData("classify IN.jpg --out out/o.jsonl")]
    [InlineData("embed IN.jpg --npy out/o.npy")]
    [InlineData("detect IN.jpg --coco out/o.json --gt ids.json")]
    [InlineData("detect IN.jpg --voc out")]
    [InlineData("detect IN.jpg --yolo out --yolo-scores")]
    [InlineData("segment IN.jpg --labels out")]
    [InlineData("segment IN.jpg --color out")]
    [InlineData("segment IN.jpg --overlay out")]
    [InlineData("index build IN.jpg --index out/g --overwrite")]
    [InlineData("index export IN.g --format jsonl --out out/o.jsonl")]
    [InlineData("index export IN.g --format npy --out out/o.npy")]
    [InlineData("index export IN.g --format shitu --out out")]
    [InlineData("eval coco --gt IN.gt --dt IN.dt --state out/o.state")]
    [InlineData("eval coco --gt IN.gt --dt IN.dt --report out")]
    [InlineData("eval ocr-rec --labels labels.tsv --pred IN.pred --state out/o.state")]
    [InlineData("eval ocr-rec --labels labels.tsv --pred IN.pred --report out")]
    public void FilesStayAsTheyWere(string command)
    {
        _folder.Write("ids.json", """{"images": [{"id": 1, "width": 9, "height": 9, "file_name": "a.jpg"}, {"id": 2, "width": 9, "height": 9, "file_name": "b.jpg"}], "annotations": [], "categories": []}""");
        if (command.Contains("IN.g ", StringComparison.Ordinal))
        {
            Run("index build a.jpg --index a.g", 0, canWrite: true);
            Run("index build b.jpg --index b.g", 0, canWrite: true);
        }

        // Nothing is there yet, and nothing is left.
        Run(command.Replace("IN", "b", StringComparison.Ordinal), 4, canWrite: false);
        Assert.Empty(Files().Keys);

        Run(command.Replace("IN", "a", StringComparison.Ordinal), 0, canWrite: true);
        if (command.Contains("--draw", StringComparison.Ordinal) || command.StartsWith("segment", StringComparison.Ordinal) || command.StartsWith("detect", StringComparison.Ordinal))
        {
            // Names of outputs follow those of inputs.
            File.Copy(_folder.File("b.jpg"), _folder.File("a.jpg"), overwrite: true);
        }

        var before = Files();
        Assert.NotEmpty(before);
        var failing = command.StartsWith("segment", StringComparison.Ordinal) || command.StartsWith("detect", StringComparison.Ordinal) ? "a" : "b";
        Run(command.Replace("IN", failing, StringComparison.Ordinal), 4, canWrite: false);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void AnswersThatWereGivenAreKeptAndGoneOnWith()
    {
        Run("classify a.jpg --out out/o.jsonl", 0, canWrite: true);
        var old = File.ReadAllText(_folder.File("out/o.jsonl"));

        // The new answers of a run that is cut off wait beside the old ones.
        File.WriteAllText(_folder.File("out/o.jsonl.part"), old.Replace("a.jpg", "b.jpg", StringComparison.Ordinal));
        Run("classify a.jpg b.jpg --out out/o.jsonl --resume", 0, canWrite: true);
        var answers = File.ReadAllLines(_folder.File("out/o.jsonl"));
        Assert.Equal(["b.jpg", "a.jpg"], answers.Select(a => a[9..14]));
        Assert.False(File.Exists(_folder.File("out/o.jsonl.part")));
    }

    [Fact]
    public void DevicesAreWrittenToAndLinksFollowed()
    {
        Run("classify a.jpg --out /dev/full", 4, canWrite: true);
        Assert.True(File.Exists("/dev/full"));
        File.CreateSymbolicLink(_folder.File("link.png"), _folder.File("out/o.png"));
        Run("classify a.jpg --draw out/o.png", 0, canWrite: true);
        Run("classify b.jpg --draw link.png", 0, canWrite: true);
        Assert.NotNull(new FileInfo(_folder.File("link.png")).LinkTarget);
    }

    private SortedDictionary<string, string> Files() => new(
        Directory.EnumerateFiles(_folder.File("out"), "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)
            && !f.EndsWith(".new", StringComparison.Ordinal)).ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(f))), StringComparer.Ordinal);

    /// <summary>Runs the command in the folder; without the right to write, no file can grow beyond 0 bytes.</summary>
    private void Run(string command, int expected, bool canWrite)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Limits of files are set by a shell of Linux.");
        var limit = canWrite ? "" : "trap '' XFSZ; ulimit -f 0; ";
        var program = Path.Combine(AppContext.BaseDirectory, "pplcnet.dll");
        var start = new ProcessStartInfo("timeout", ["100", "bash", "-c", $"cd '{_folder.Path}'; {limit}exec dotnet '{program}' {command}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // it writes code into a file in memory
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.WaitForExit();
        Assert.True(process.ExitCode == expected, $"expected {expected}, found {process.ExitCode}: {command}\n{errors.Result}\n{output.Result}");
    }
}
