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

    /// <summary>An input by another name is the same file.</summary>
    [Theory]
    [InlineData("hard link", "ln in/cat.jpg other.jpg", "other.jpg")]
    [InlineData("link", "ln -s in/cat.jpg other.jpg", "other.jpg")]
    [InlineData("link to a link", "ln -s in/cat.jpg l.jpg && ln -s l.jpg other.jpg", "other.jpg")]
    [InlineData("linked folder", "ln -s in linked", "linked/cat.jpg")]
    [InlineData("dots", "true", "in/../in/./cat.jpg")]
    [InlineData("doubled separator", "true", "in//cat.jpg")]
    public void InputsByOtherNamesAreNeverOverwritten(string name, string script, string output)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash on this system.");
        var before = File.ReadAllBytes(_cat);
        using (var bash = System.Diagnostics.Process.Start("bash", ["-c", $"cd '{_folder.Path}' && {script}"]))
        {
            bash.WaitForExit();
            Assert.Equal(0, bash.ExitCode);
        }

        foreach (var flag in (string[])["--draw", "--out"])
        {
            var run = Pplcnet.Run("classify", _cat, "--model", Model, flag, Path.GetRelativePath(Environment.CurrentDirectory, _folder.Path) + "/" + output).Expect(1);
            Assert.Contains("overwritten", run.Errors, StringComparison.Ordinal);
            Assert.True(before.AsSpan().SequenceEqual(File.ReadAllBytes(_cat)), name);
        }
    }

    /// <summary>Images are replaced where an earlier run wrote them, and nowhere else.</summary>
    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".bmp")]
    [InlineData(".webp")]
    [InlineData(".tif")]
    public void OnlyOwnImagesAreReplaced(string extension)
    {
        var drawn = _folder.File("o" + extension);
        Pplcnet.Run("classify", _cat, "--model", Model, "--draw", drawn).Expect(0);
        var first = File.ReadAllBytes(drawn);
        var image = PPLCNet.Vision.Imaging.ImageFile.Read(drawn);
        Pplcnet.Run("classify", _cat, "--model", Model, "--draw", drawn).Expect(0);
        Assert.Equal(first, File.ReadAllBytes(drawn));
        Pplcnet.Run("classify", drawn, "--model", Model).Expect(0); // the note in it is in nobody's way

        PPLCNet.Vision.Imaging.ImageFile.Write(drawn, image);
        var others = File.ReadAllBytes(drawn);
        Assert.Contains("overwritten", Pplcnet.Run("classify", _cat, "--model", Model, "--draw", drawn).Expect(1).Errors, StringComparison.Ordinal);
        Assert.Equal(others, File.ReadAllBytes(drawn));
    }

    [Theory]
    [InlineData("classify IN --draw FOLDER", "cat.jpg")]
    [InlineData("segment IN --overlay FOLDER", "cat.jpg")]
    [InlineData("segment IN --labels FOLDER", "cat.png")]
    [InlineData("segment IN --color FOLDER", "cat.png")]
    [InlineData("eval ocr-rec --labels LABELS --pred LABELS --report FOLDER", "index.html")]
    [InlineData("eval ocr-rec --labels LABELS --pred LABELS --report FOLDER", "images/0001.jpg")]
    public void FoldersOfOthersKeepTheirFiles(string command, string name)
    {
        Directory.CreateDirectory(_folder.File("theirs/images"));
        var theirs = _folder.File("theirs/" + name);
        File.Copy(Path.Combine(RepositoryPaths.Samples, "coffee.jpg"), theirs);
        var before = File.ReadAllBytes(theirs);
        var labels = _folder.Write("labels.tsv", "a.jpg\ttext\n");
        var run = Pplcnet.Run(command.Split(' ').Select(word => word switch
        {
            "IN" => _folder.File("in"),
            "FOLDER" => _folder.File("theirs"),
            "LABELS" => labels,
            _ => word,
        })).Expect(1);
        Assert.Contains("overwritten", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(theirs));
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
