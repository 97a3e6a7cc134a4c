using System.Diagnostics;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime.Files;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 20_000)]
    public async Task PipesDevicesAndFoldersAreErrorsAndNeverRead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes in Windows' folders.");
        Process.Start("mkfifo", [_folder.File("pipe.jpg")]).WaitForExit();
        File.CreateSymbolicLink(_folder.File("zero.jpg"), "/dev/zero");
        Directory.CreateDirectory(_folder.File("folder.jpg"));
        foreach (var (name, found) in ((string, string)[])[("pipe.jpg", "named pipe"), ("zero.jpg", "device"), ("folder.jpg", "folder")])
        {
            var path = _folder.File(name);
            foreach (var read in (Action[])
            [
                () => InputFile.ReadAllBytes(path),
                () => Utf8File.ReadAllText(path),
                () => Utf8File.ReadLines(path),
                () => InputFile.OpenRead(path).Dispose(),
                () => ImageFile.Read(path),
            ])
            {
                var e = await Task.Run(() => Assert.Throws<SpecialFileException>(read), TestContext.Current.CancellationToken);
                Assert.Contains(found, e.Message, StringComparison.Ordinal);
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void ReadsAreBoundedWhateverTheLengthSays()
    {
        File.WriteAllBytes(_folder.File("ten"), new byte[10]);
        Assert.Equal(10, InputFile.ReadAllBytes(_folder.File("ten"), 10).Length);
        Assert.Throws<DataFormatException>(() => InputFile.ReadAllBytes(_folder.File("ten"), 9));
        Assert.Empty(InputFile.ReadAllBytes(_folder.Write("none", "")));
        Assert.SkipUnless(File.Exists("/proc/self/status"), "No made-up files on this system.");
        Assert.NotEmpty(InputFile.ReadAllBytes("/proc/self/status")); // its length says 0
        Assert.Throws<DataFormatException>(() => InputFile.ReadAllBytes("/proc/self/status", 10));
    }

    [Fact]
    public void ByteOrderMarksAreNoPartOfAText()
    {
        File.WriteAllBytes(_folder.File("list.txt"), [0xEF, 0xBB, 0xBF, (byte)'a', (byte)'\n', (byte)'b']);
        Assert.Equal(["a", "b"], Utf8File.ReadLines(_folder.File("list.txt")));
        Assert.Equal("a\nb", Utf8File.ReadAllText(_folder.File("list.txt")));
    }

    [Fact(Timeout = 20_000)]
    public async Task EveryRealFolderIsVisitedOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        Directory.CreateDirectory(_folder.File("in/b"));
        ImageFile.Write(_folder.File("in/b/one.png"), new PixelBuffer(2, 2));
        Directory.CreateSymbolicLink(_folder.File("in/self"), ".");
        Directory.CreateSymbolicLink(_folder.File("in/a-link"), "b");
        Directory.CreateSymbolicLink(_folder.File("in/b/up"), "..");
        Directory.CreateDirectory(_folder.File("elsewhere"));
        ImageFile.Write(_folder.File("elsewhere/two.png"), new PixelBuffer(2, 2));
        Directory.CreateSymbolicLink(_folder.File("in/c"), _folder.File("elsewhere"));
        var found = await Task.Run(() => ImageFile.Find(_folder.File("in")), TestContext.Current.CancellationToken);
        Assert.Equal(["b/one.png", "c/two.png"], found.Select(f => f.Name));
    }

    [Fact]
    public async Task AFolderThatCannotBeReadIsAnErrorInItsPlace()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "Everything can be read here.");
        foreach (var name in (string[])["a", "b", "c"])
        {
            Directory.CreateDirectory(_folder.File(name));
            ImageFile.Write(_folder.File($"{name}/x.png"), new PixelBuffer(2, 2));
        }

        Process.Start("chmod", ["000", _folder.File("b")]).WaitForExit();
        try
        {
            var answers = new List<FileAnswer<int>>();
            await foreach (var answer in ImagePipeline.RunAsync(
                ImagePipeline.Files(_folder.Path), (p, _) => p.Width, cancellationToken: TestContext.Current.CancellationToken))
            {
                answers.Add(answer);
            }

            Assert.Equal([2, 0, 2], answers.Select(a => a.Value));
            Assert.NotNull(answers[1].Error);
        }
        finally
        {
            Process.Start("chmod", ["700", _folder.File("b")]).WaitForExit();
        }
    }

    [Fact]
    public void RealPathsFollowEveryLink()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        Directory.CreateDirectory(_folder.File("real"));
        _folder.Write("real/file", "x");
        Directory.CreateSymbolicLink(_folder.File("link"), "real");
        File.CreateSymbolicLink(_folder.File("other"), Path.Combine("link", "file"));
        File.CreateSymbolicLink(_folder.File("loop"), "loop");
        var real = RealPath.Of(_folder.File("real/file"));
        Assert.Equal(real, RealPath.Of(_folder.File("link/file")));
        Assert.Equal(real, RealPath.Of(_folder.File("other")));
        Assert.Equal(real, RealPath.Of(_folder.File("real/../link/./file")));
        Assert.EndsWith("loop", RealPath.Of(_folder.File("loop")), StringComparison.Ordinal);
    }
}
