using System.Security.Cryptography;
using System.Text;
using PPLCNet.Vision.Runtime.Models.Official;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>Files that are not what they should be: each a clear error, nothing in place, nothing executed.</summary>
public sealed class BadFileTests : PullSetup
{
    private const string Name = "pplcnet-x0.25";

    private static readonly OfficialModel _model = Find(Name);
    private static readonly List<(string Name, int[] Shape, float[] Values)> _tensors = PublishedFiles.Tensors(_model);
    private static readonly byte[] _good = PublishedFiles.Paddle(_tensors);

    public static TheoryData<string, string> Cases => new()
    {
        { "another width", "misshapen: conv1.conv.weight [16,3,3,3] instead of [8,3,3,3]" },
        { "another network", "missing: conv1.conv.weight" },
        { "missing tensor", "1 missing: fc.bias [1000]" },
        { "unexplained tensor", "1 surplus: extra.weight" },
        { "several faults", "1 missing: fc.bias [1000]; 1 surplus: extra.weight" },
        { "not a number", "finite numbers" },
        { "cut", "truncated" },
        { "empty", "an empty file" },
        { "random bytes", "expected a .pdparams, .onnx, .safetensors, .zip or .tar file" },
        { "html page", "a page or message instead of a file: '<!DOCTYPE html>" },
        { "json message", "a page or message instead of a file: '{" },
        { "git lfs pointer", "a page or message instead of a file: 'version https://git-lfs" },
        { "executing pickle", "'os.system'" },
        { "zip bomb", "shrink at most 50 times" },
        { "zip leading out", "'../evil.pdparams', which leads out of it" },
        { "tar leading out", "'../evil.pdparams', which leads out of it" },
        { "tar with absolute name", "'/etc/evil.pdparams', which leads out of it" },
        { "cut zip", "an archive with a model" },
        { "cut tar", "an archive with a model" },
        { "archive without a model", "expected a .pdparams, .onnx or .safetensors file in the archive; found a/readme.txt" },
        { "paddle inference format", "Paddle's inference format, which cannot be read" },
        { "two models", "expected one model in the archive; found a.pdparams, b.pdparams" },
        { "graph of other classes", "[N,1000]" },
        { "damaged graph", Name },
        { "damaged safetensors", "safetensors" },
        { "tar that promises more than it holds", "an archive with a model" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task FileIsRefused(string file, string message)
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(() => PullAsync(_model, Server.Serve(FileName(file), Content(file))));
        Assert.True(e is ModelFormatException or HttpRequestException, e.ToString());
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(Name, e.Message + FileName(file), StringComparison.Ordinal);
        AssertNothingIsThere();
    }

    [Fact]
    public async Task PublishedHashMustFit()
    {
        var model = _model with { Files = [_model.Files[0] with { Sha256 = new string('0', 64) }] };
        Publish(model.Files[0], _good);
        var e = await Assert.ThrowsAsync<ModelFormatException>(() => PullAsync(model, acceptChanged: true));
        Assert.Contains(
            $"expected the published SHA-256 {new string('0', 64)}; found {Hash(_good)}", e.Message, StringComparison.Ordinal);
        AssertNothingIsThere();

        model = model with { Files = [_model.Files[0] with { Sha256 = Hash(_good), Bytes = _good.Length }] };
        Assert.Equal(Name, (await PullAsync(model)).Manifest.Name);
    }

    [Fact]
    public async Task NoMoreIsFetchedThanThePublishedSize()
    {
        var model = _model with { Files = [_model.Files[0] with { Bytes = 1000 }] };
        Publish(model.Files[0], _good);
        var e = await Assert.ThrowsAsync<ModelFormatException>(() => PullAsync(model));
        Assert.Contains("expected 1000 bytes; found more; the rest was not fetched", e.Message, StringComparison.Ordinal);
        AssertNothingIsThere();
    }

    [Fact]
    public async Task ChangedFileIsRefusedUntilItIsAccepted()
    {
        var file = _model.Files[0];
        Publish(file, _good);
        await PullAsync(_model);
        var before = File.ReadAllBytes(Folder.File(Name + ".safetensors"));
        Publish(file, PublishedFiles.Paddle(_tensors.Select(t => (t.Name, t.Shape, t.Values.Select(v => v * 0.5f).ToArray()))));
        var e = await Assert.ThrowsAsync<ModelFormatException>(() => PullAsync(_model));
        Assert.Contains(Hash(_good), e.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-changed", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Folder.File(Name + ".safetensors"))); // what was in place stays

        await PullAsync(_model, acceptChanged: true);
        Assert.NotEqual(before, File.ReadAllBytes(Folder.File(Name + ".safetensors")));
        await PullAsync(_model);
    }

    [Fact]
    public async Task DictionaryOfAnotherLengthIsRefused()
    {
        var model = Find("ppocr-v5-latin-rec");
        Publish(model.Files[0], PublishedFiles.Recognizer(withDictionary: false));
        Publish(model.Dictionary[0], "a\nb\n"u8.ToArray());
        var e = await Assert.ThrowsAsync<ModelFormatException>(() => PullAsync(model));
        Assert.Contains($"a dictionary of {PublishedFiles.Dictionary.Length} keys", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Folder.File("ppocr-v5-latin-rec.json")));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("page")]
    public async Task NextAddressIsTried(string first)
    {
        if (first == "page")
        {
            Publish(_model.Files[0], "<html><body>Please log in</body></html>"u8.ToArray());
        }

        Publish(_model.Files[1], _good);
        Assert.Equal(Name, (await PullAsync(_model)).Manifest.Name);
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task WithoutAnswerTheMessageSaysWhatToCopyWhere()
    {
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => PullAsync(_model));
        var copy = Path.Combine(Folder.Path, "downloads", Name, "PPLCNet_x0_25_pretrained.pdparams");
        Assert.Contains("404", e.Message, StringComparison.Ordinal);
        Assert.Contains($"copy 'PPLCNet_x0_25_pretrained.pdparams' from {_model.Files[0].Address} to '{copy}'", e.Message,
            StringComparison.Ordinal);

        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.WriteAllBytes(copy, _good);
        Server.Requests.Clear();
        Assert.Equal(Name, (await PullAsync(_model)).Manifest.Name);
        Assert.Empty(Server.Requests);
        Assert.False(Directory.Exists(Folder.File("downloads")));
    }

    [Fact]
    public async Task BrokenDownloadIsContinuedIfTheFileIsTheSame()
    {
        var address = Server.Serve("m.pdparams", _good);
        Server.BreakAfter = 100_000;
        await Assert.ThrowsAsync<HttpRequestException>(() => PullAsync(_model, address));
        Server.BreakAfter = 0;
        await PullAsync(_model, address);
        Assert.Matches(@"^/m\.pdparams bytes=\d+-$", Server.Requests.Last());
    }

    [Fact]
    public async Task BrokenDownloadOfAnotherVersionStartsOver()
    {
        var address = Server.Serve("m.pdparams", [.. _good.Select(b => (byte)~b)]);
        Server.BreakAfter = 100_000;
        await Assert.ThrowsAsync<HttpRequestException>(() => PullAsync(_model, address));
        (Server.BreakAfter, Server.Tag) = (0, "\"2\"");
        Server.Serve("m.pdparams", _good);
        Assert.Equal(Name, (await PullAsync(_model, address)).Manifest.Name);
    }

    private static byte[] Content(string file) => file switch
    {
        "another width" => PublishedFiles.Paddle(PublishedFiles.Tensors(Find("pplcnet-x1.0"))),
        "another network" => PublishedFiles.Paddle(PublishedFiles.Tensors(Find("mobilenetv1-x0.25"))),
        "missing tensor" => PublishedFiles.Paddle(_tensors.Where(t => t.Name != "fc.bias")),
        "unexplained tensor" => PublishedFiles.Paddle(_tensors.Append(("extra.weight", [2], [1, 2]))),
        "several faults" => PublishedFiles.Paddle(_tensors.Where(t => t.Name != "fc.bias").Append(("extra.weight", [2], [1, 2]))),
        "not a number" => PublishedFiles.Paddle(
            _tensors.Select((t, i) => i == 5 ? (t.Name, t.Shape, t.Values.Select(_ => float.NaN).ToArray()) : t)),
        "cut" => _good[..(_good.Length / 2)],
        "empty" => [],
        "random bytes" => [0xFF, 0xFE, 0x00, 0x01, .. new byte[600]],
        "html page" => "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"u8.ToArray(),
        "json message" => "{\"error\": \"rate limit\"}"u8.ToArray(),
        "git lfs pointer" => "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"u8.ToArray(),
        "executing pickle" => [0x80, 2, .. "cos\nsystem\n"u8, (byte)'X', 4, 0, 0, 0, .. "true"u8, 0x85, (byte)'R', (byte)'.'],
        "zip bomb" => PublishedFiles.Zip(("a.pdparams", new byte[100 << 20])),
        "zip leading out" => PublishedFiles.Zip(("../evil.pdparams", _good)),
        "tar leading out" => PublishedFiles.Tar(("../evil.pdparams", _good)),
        "tar with absolute name" => PublishedFiles.Tar(("/etc/evil.pdparams", _good)),
        "cut zip" => PublishedFiles.Zip(("a.pdparams", _good))[..^1000],
        "cut tar" => PublishedFiles.Tar(("a.pdparams", _good))[..(_good.Length / 2)],
        "archive without a model" => PublishedFiles.Tar(("a/readme.txt", "x"u8.ToArray())),
        "paddle inference format" => PublishedFiles.Tar(("a/inference.pdmodel", [8, 0]), ("a/inference.pdiparams", [0])),
        "two models" => PublishedFiles.Zip(("a.pdparams", _good), ("b.pdparams", _good)),
        "graph of other classes" => PublishedFiles.Exported(
            Find("pplcnet-x1.0-person-exists"), PublishedFiles.Tensors(Find("pplcnet-x1.0-person-exists"))),
        "damaged graph" => [.. PublishedFiles.Exported(_model, _tensors)[..50_000]],
        "damaged safetensors" => [200, 0, 0, 0, 0, 0, 0, 0, (byte)'{', .. new byte[100]],
        "tar that promises more than it holds" => Promising(),
        _ => throw new ArgumentException(file),
    };

    private static string FileName(string file) => $"{Name}-{file.Replace(' ', '-')}";

    /// <summary>A tar whose header promises more than a gigabyte.</summary>
    private static byte[] Promising()
    {
        var tar = PublishedFiles.Tar(("a.pdparams", _good));
        Encoding.ASCII.GetBytes("77777777777\0").CopyTo(tar, 124);
        Encoding.ASCII.GetBytes("        ").CopyTo(tar, 148);
        Encoding.ASCII.GetBytes(Convert.ToString(tar[..512].Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, 148);
        return tar;
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private void AssertNothingIsThere() => Assert.Empty(Directory.GetFileSystemEntries(Folder.Path));
}
