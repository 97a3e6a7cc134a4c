using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Hostile;

/// <summary>Outputs never replace an input, nor a file of another kind.</summary>
public sealed class OutputGuardTests : IDisposable
{
    private const string Model = "pplcnet-x1.0-doc-ori";

    private readonly TemporaryFolder _folder = new();
    private readonly string _cat;

    public OutputGuardTests()
    {
        Directory.CreateDirectory(_folder.File("in"));
        _cat = _folder.File("in/cat.jpg");
        File.Copy(Path.Combine(RepositoryPaths.Samples, "cat.jpg"), _cat);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void InputsAreNeverOverwritten()
    {
        var before = File.ReadAllBytes(_cat);
        foreach (var arguments in (string[][])
        [
            ["classify", _folder.File("in"), "--model", Model, "--draw", _folder.File("in")],
            ["classify", _cat, "--model", Model, "--draw", _cat],
            ["classify", _cat, "--model", Model, "--draw", _folder.File("in/../in/cat.jpg")],
            ["classify", _cat, "--model", Model, "--out", _cat],
            ["classify", _cat, "--model", Model, "--out", _cat, "--resume"],
            ["embed", _cat, "--npy", _cat],
        ])
        {
            var run = Pplcnet.Run(arguments).Expect(1);
            Assert.Contains("overwritten", run.Errors, StringComparison.Ordinal);
            Assert.Equal(before, File.ReadAllBytes(_cat));
        }
    }

    [Fact]
    public void FilesOfAnotherKindAreNeverOverwritten()
    {
        var notes = _folder.Write("notes.txt", "my notes without a line feed");
        Pplcnet.Run("classify", _cat, "--model", Model, "--out", notes).Expect(1);
        Pplcnet.Run("classify", _cat, "--model", Model, "--out", notes, "--resume").Expect(1);
        Pplcnet.Run("embed", _cat, "--npy", Path.ChangeExtension(notes, ".npy")).Expect(1); // its text would be notes.txt
        Assert.Equal("my notes without a line feed", File.ReadAllText(notes));
        var both = _folder.File("both.npy");
        Pplcnet.Run("embed", _cat, "--npy", both, "--out", both).Expect(1);
    }

    [Fact]
    public void OwnFilesAreReplacedAndResumed()
    {
        var answers = _folder.File("a.jsonl");
        Pplcnet.Run("classify", _cat, "--model", Model, "--out", answers).Expect(0);
        Pplcnet.Run("classify", _cat, "--model", Model, "--out", answers).Expect(0);
        var whole = File.ReadAllText(answers);

        // A last line without its line feed is an answer; one that breaks off is done again.
        File.WriteAllText(answers, whole.TrimEnd('\n'));
        Pplcnet.Run("classify", _cat, "--model", Model, "--out", answers, "--resume").Expect(0);
        Assert.Equal(whole, File.ReadAllText(answers));
        File.WriteAllText(answers, whole[..20]);
        Pplcnet.Run("classify", _cat, "--model", Model, "--out", answers, "--resume").Expect(0);
        Assert.Single(File.ReadAllLines(answers));

        var npy = _folder.File("v.npy");
        Pplcnet.Run("embed", _cat, "--npy", npy).Expect(0);
        Pplcnet.Run("embed", _cat, "--npy", npy).Expect(0);
    }

    [Fact]
    public void TruthsOfLabellingToolsAreKept()
    {
        Directory.CreateDirectory(_folder.File("labels"));
        var truth = _folder.Write("labels/cat.txt", "0 0.5 0.5 0.1 0.1\n");
        Pplcnet.Run("detect", _cat, "--yolo", _folder.File("labels")).Expect(1);
        Assert.Equal("0 0.5 0.5 0.1 0.1\n", File.ReadAllText(truth));
    }
}
