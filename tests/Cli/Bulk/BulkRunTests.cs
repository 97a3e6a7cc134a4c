using System.Diagnostics;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Bulk;

/// <summary>What engines for bulk work rely on: lists, allowed failures, and outputs that are whole where they are there.</summary>
public sealed class BulkRunTests : IDisposable
{
    private const string Model = "pplcnet-x1.0-doc-ori";

    private readonly TemporaryFolder _folder = new();

    public BulkRunTests()
    {
        Directory.CreateDirectory(_folder.File("in"));
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            File.Copy(Path.Combine(RepositoryPaths.Samples, "cat.jpg"), Image(name));
        }

        _folder.Write("in/bad.jpg", "no image");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("some images are broken", 0, "in/a.jpg", "in/bad.jpg")]
    [InlineData("all images are broken", 0, "in/bad.jpg")]
    [InlineData("a file of several is not there", 0, "in/a.jpg", "in/none.jpg")]
    [InlineData("no file is there", 2, "in/none.jpg")]
    [InlineData("a folder is empty", 2, "nothing")]
    public void FailuresOfInputsAreAllowed(string what, int expected, params string[] inputs)
    {
        Directory.CreateDirectory(_folder.File("nothing"));
        string[] command = ["classify", .. inputs.Select(_folder.File), "--model", Model, "--json"];
        var strict = Pplcnet.Run(command).Expect(2);
        var run = Pplcnet.Run([.. command, "--allow-failures"]);
        Assert.True(run.ExitCode == expected, $"{what}: expected {expected}, found {run.ExitCode}\n{run.Errors}");
        Assert.Equal(inputs.Length, run.Json().Count);
        Assert.Equal(strict.Json().Count(a => a.TryGetProperty("error", out _)), run.Json().Count(a => a.TryGetProperty("error", out _)));
    }

    [Fact]
    public void FaultsOfTheModelAndOfUseAreNotAllowed()
    {
        Pplcnet.Run("classify", Image("a"), "--model", "no-such-model", "--allow-failures").Expect(3);
        Pplcnet.Run("classify", Image("a"), "--model", Model, "--out", "/dev/full", "--allow-failures").Expect(4);
        Pplcnet.Run("classify", Image("a"), "--top", "x", "--allow-failures").Expect(1);
    }

    [Fact]
    public void AllowedFailuresOfAnEarlierRunStayAllowed()
    {
        string[] command = ["classify", Image("a"), _folder.File("in/bad.jpg"), "--model", Model, "--out", Out, "--resume"];
        Pplcnet.Run(command).Expect(2);
        Pplcnet.Run(command).Expect(2);
        Pplcnet.Run([.. command, "--allow-failures"]).Expect(0);
        Pplcnet.Run(["index", "build", _folder.File("in"), "--index", _folder.File("g"), "--allow-failures"]).Expect(0);
    }

    [Fact]
    public void AListNamesInputsOneALine()
    {
        var list = _folder.Write("list.txt", $"\uFEFF{Image("b")}\r\n\n{Image("a")}\n{Image("c")}");
        Assert.Equal(["b", "a", "c"], Names(Pplcnet.Run("classify", "@" + list, "--model", Model, "--json").Expect(0)));
        Assert.Equal(["a"], Names(Pplcnet.Run("classify", "@" + list, "--model", Model, "--json", "--shard", "1/2").Expect(0)));
        Assert.Equal(["d", "b", "a", "c"], Names(Pplcnet.Run("classify", Image("d"), "@" + list, "--model", Model, "--json").Expect(0)));
        Assert.Contains("list.txt", Pplcnet.Run("classify", "@" + list, "--model", Model, "--out", list).Expect(1).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none.txt", 1, "found no such file")]
    [InlineData("empty.txt", 2, "expected paths")]
    [InlineData("in/zero.jpg", 2, "found binary data")]
    public void AListThatIsNoneIsAnError(string name, int expected, string said)
    {
        _folder.Write("empty.txt", "\n\n");
        File.WriteAllBytes(_folder.File("in/zero.jpg"), [0xFF, 0xD8, 0, 0, 10]);
        Assert.Contains(said, Pplcnet.Run("classify", "@" + _folder.File(name), "--model", Model).Expect(expected).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AnswersAppearWhenTheyAreComplete()
    {
        Pplcnet.Run("classify", _folder.File("in"), "--model", Model, "--out", Out).Expect(2);
        var whole = File.ReadAllLines(Out);
        File.Delete(Out);

        // A run that was killed in its third line; the times show that the first two are kept.
        File.WriteAllText(Out + ".part", string.Join('\n', whole[..2]) + "\n" + whole[2][..20]);
        Pplcnet.Run("classify", _folder.File("in"), "--model", Model, "--out", Out, "--resume").Expect(2);
        var resumed = File.ReadAllLines(Out);
        Assert.Equal(whole[..2], resumed[..2]);
        Assert.Equal(whole.Select(FileOf), resumed.Select(FileOf));
        Assert.False(File.Exists(Out + ".part"));

        // More inputs join a whole file by way of the part.
        Pplcnet.Run("classify", _folder.File("in"), Path.Combine(RepositoryPaths.Samples, "coffee.jpg"), "--model", Model, "--out", Out, "--resume").Expect(2);
        Assert.Equal(resumed, File.ReadAllLines(Out)[..^1]);
        Assert.False(File.Exists(Out + ".part"));
    }

    [Theory]
    [InlineData("-TERM", true)]
    [InlineData("-KILL", false)]
    public void ARunThatIsStoppedLeavesAPartThatIsGoneOnWith(string signal, bool isTold)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals are sent by a shell of Linux.");
        foreach (var i in Enumerable.Range(0, 400))
        {
            File.CreateSymbolicLink(Image($"{i:000}"), Image("a"));
        }

        var program = Path.Combine(AppContext.BaseDirectory, "pplcnet.dll");
        var script = $"dotnet '{program}' ocr '{_folder.File("in")}' --out '{Out}' --workers 1 & p=$!; "
            + $"until [ -s '{Out}.part' ] || ! kill -0 $p; do :; done; kill {signal} $p; wait $p";
        using var process = Process.Start(new ProcessStartInfo("timeout", ["200", "bash", "-c", script]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(isTold ? 130 : 137, process.ExitCode);
        Assert.False(File.Exists(Out));
        Assert.Equal(isTold, errors.Contains($"'{Out}.part', which --resume goes on with", StringComparison.Ordinal));
        var first = File.ReadLines(Out + ".part").First();

        // What it answered is enough of its inputs to go on with: a single further one.
        var answered = File.ReadAllText(Out + ".part").Split('\n')[..^1].Select(FileOf);
        var list = _folder.Write("list.txt", string.Join('\n', answered.Append(Image("e")).Distinct()));
        Pplcnet.Run("ocr", "@" + list, "--out", Out, "--resume").Expect(0);
        Assert.Equal(first, File.ReadLines(Out).First());
        Assert.Equal(Image("e"), FileOf(File.ReadLines(Out).Last()));
    }

    [Fact]
    public void PartsMergeToOneRunAndNothingLess()
    {
        string At(int i) => _folder.File($"part-{i}.jsonl");
        var list = _folder.Write("list.txt", string.Join('\n', "edcba".Select(c => Image($"{c}"))) + $"\n{_folder.File("in/bad.jpg")}\n{_folder.File("in/none.jpg")}\n");
        foreach (var i in Enumerable.Range(0, 3))
        {
            Pplcnet.Run("classify", "@" + list, "--model", Model, "--shard", $"{i}/3", "--out", At(i), "--allow-failures").Expect(0);
        }

        string[] parts = [At(0), At(1), At(2)];
        Pplcnet Merge(int count, params string[] paths) =>
            Pplcnet.Run(["merge", .. paths, "--parts", $"{count}", "--list", list, "--out", Out]);
        Assert.Contains("7 answers of 3 parts, 2 of them errors", Merge(3, parts).Expect(0).Errors, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllLines(list), File.ReadAllLines(Out).Select(FileOf));

        var before = File.ReadAllText(Out);
        foreach (var (said, count, paths) in ((string, int, string[])[])
        [
            ("expected 3 parts, found 2", 3, parts[..2]),
            ("found it 2 times", 3, [At(0), At(1), At(1)]),
            ("found no such file", 3, [At(0), At(1), At(7)]),
            ("in the place of line", 3, [At(0), At(2), At(1)]),
            ("in the place of line", 2, parts[..2]), // parts of three as if there were two
        ])
        {
            Assert.Contains(said, Merge(count, paths).Expect(2).Errors, StringComparison.Ordinal);
        }

        File.WriteAllText(At(1), File.ReadAllText(At(1))[..^1]);
        Assert.Contains("breaks off", Merge(3, parts).Expect(2).Errors, StringComparison.Ordinal);
        File.WriteAllText(At(1), "");
        Assert.Contains("found only 0", Pplcnet.Run("merge", At(0), At(1), At(2), "--parts", "3", "--out", Out).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("none for", Merge(1, _folder.Write("one.jsonl", File.ReadAllText(Out)[..(File.ReadAllText(Out).IndexOf('\n') + 1)])).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Out));
        Pplcnet.Run("merge", At(0), "--parts", "1", "--out", At(0)).Expect(1);
    }

    private string Out => _folder.File("out.jsonl");

    private string Image(string name) => _folder.File($"in/{name}.jpg");

    private static string FileOf(string line) => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("file").GetString()!;

    private static IEnumerable<string?> Names(Pplcnet run) => run.Json().Select(a => Path.GetFileNameWithoutExtension(a.GetProperty("file").GetString()));
}
