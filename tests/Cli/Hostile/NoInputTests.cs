using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Hostile;

/// <summary>
/// Commands that are given nothing: a folder without images or a list without lines is an input that failed, and no file is
/// made of it.
/// </summary>
public sealed class NoInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public NoInputTests()
    {
        Directory.CreateDirectory(_folder.File("empty"));
        _folder.Write("empty.tsv", "");
        _folder.Write("blank.tsv", "\n\n");
        _folder.Write("gt.json", """{"images": [], "annotations": [], "categories": []}""");
        _folder.Write("dt.json", "[]");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ocr DIR/empty")]
    [InlineData("detect DIR/empty")]
    [InlineData("segment DIR/empty")]
    [InlineData("classify DIR/empty")]
    [InlineData("embed DIR/empty")]
    [InlineData("analyse DIR/empty")]
    [InlineData("detect DIR/empty --coco DIR/out.json")]
    [InlineData("embed DIR/empty --npy DIR/out.npy")]
    [InlineData("detect - --coco DIR/out.json")]
    [InlineData("embed - --npy DIR/out.npy")]
    [InlineData("index build DIR/empty --index DIR/g")]
    [InlineData("index build - --index DIR/g")]
    [InlineData("index build --labels DIR/empty.tsv --index DIR/g")]
    [InlineData("index build --labels DIR/blank.tsv --index DIR/g")]
    [InlineData("index build DIR/gt.json --index DIR/g")]
    [InlineData("eval coco --gt DIR/gt.json --dt DIR/dt.json")]
    [InlineData("eval ocr-rec --labels DIR/empty.tsv")]
    [InlineData("eval ocr-rec --labels DIR/empty.tsv --pred DIR/empty.tsv")]
    [InlineData("eval ocr-det --images DIR/empty --gt DIR/empty")]
    [InlineData("eval ocr --images DIR/empty --gt DIR/empty")]
    [InlineData("eval segmentation --gt DIR/empty --pred DIR/empty --classes 3")]
    [InlineData("eval cityscapes --gt DIR/empty --pred DIR/empty")]
    [InlineData("eval retrieval --gallery DIR/empty")]
    [InlineData("eval retrieval --gallery DIR/empty.tsv")]
    [InlineData("eval classify --images DIR/empty")]
    [InlineData("eval classify --labels DIR/empty.tsv")]
    [InlineData("eval merge DIR/empty.tsv")]
    public void NothingIsAFailedInputAndWritesNothing(string command)
    {
        var before = Directory.GetFileSystemEntries(_folder.Path);
        Pplcnet.Run(command.Replace("DIR", _folder.Path, StringComparison.Ordinal).Split(' ')).Expect(2);
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(_folder.Path).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void AGalleryStaysAsItWas()
    {
        var cat = Path.Combine(RepositoryPaths.Samples, "cat.jpg");
        Pplcnet.Run("index", "build", cat, "--index", _folder.File("g")).Expect(0);
        var before = File.ReadAllBytes(_folder.File("g"));
        Pplcnet.Run("index", "add", _folder.File("empty"), "--index", _folder.File("g")).Expect(2);
        Pplcnet.Run("index", "build", _folder.File("empty"), "--index", _folder.File("g"), "--overwrite").Expect(2);
        Pplcnet.Run("index", "add", cat, "--index", _folder.File("g")).Expect(0); // there already
        Assert.Equal(before, File.ReadAllBytes(_folder.File("g")));
    }

    /// <summary>A part of a list may have no inputs: the files of all parts are joined afterwards.</summary>
    [Fact]
    public void APartWithoutInputsIsNoFailure()
    {
        var cat = Path.Combine(RepositoryPaths.Samples, "cat.jpg");
        Pplcnet.Run("embed", cat, "--shard", "1/2", "--npy", _folder.File("v.npy")).Expect(0);
        Assert.Equal(128, new FileInfo(_folder.File("v.npy")).Length);
        Assert.Empty(Pplcnet.Run("embed", "-", "--json").Expect(0).Json());
    }
}
