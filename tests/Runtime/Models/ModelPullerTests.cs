using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime.Models;

public sealed class ModelPullerTests : IDisposable
{
    private static readonly byte[] _content = RandomBytes(300_000);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpListener _server = new();
    private readonly HttpClient _client = new();
    private readonly List<string?> _ranges = [];
    private readonly string _address;
    private bool _honoursRanges = true;

    public ModelPullerTests()
    {
        for (var port = 18_000 + (Environment.ProcessId % 20_000); ; port++)
        {
            try
            {
                _address = $"http://127.0.0.1:{port}/";
                _server.Prefixes.Clear();
                _server.Prefixes.Add(_address);
                _server.Start();
                break;
            }
            catch (HttpListenerException) when (port < 60_000)
            {
                // Taken: the next one.
            }
        }

        _ = ServeAsync();
    }

    public void Dispose()
    {
        _server.Close();
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task PulledFileIsWholeAndInPlace()
    {
        var path = await Pull(Model());
        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.False(File.Exists(path + ".part"));
        await Pull(Model());
        Assert.Single(_ranges); // The second pull finds it there.
    }

    [Fact]
    public async Task PartOfAnEarlierTryIsContinued()
    {
        File.WriteAllBytes(_folder.File("m.onnx.part"), _content[..100_000]);
        Assert.Equal(_content, File.ReadAllBytes(await Pull(Model())));
        Assert.Equal(["bytes=100000-"], _ranges);
    }

    [Fact]
    public async Task ServerWithoutRangesStartsOver()
    {
        _honoursRanges = false;
        File.WriteAllBytes(_folder.File("m.onnx.part"), RandomBytes(5000));
        Assert.Equal(_content, File.ReadAllBytes(await Pull(Model())));
    }

    [Fact]
    public async Task WrongContentIsRefusedAndRemoved()
    {
        var e = await Assert.ThrowsAsync<ModelFormatException>(() => Pull(Model() with { Sha256 = new string('0', 64) }));
        Assert.Contains("SHA-256", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task NoMoreIsFetchedThanTheManifestSays()
    {
        var e = await Assert.ThrowsAsync<ModelFormatException>(() => Pull(Model() with { Bytes = 1000 }));
        Assert.Contains("1000 bytes", e.Message, StringComparison.Ordinal);
        Assert.Contains("not fetched", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task SecondAddressIsTriedWhereTheFirstFails()
    {
        var path = await Pull(Model() with { Sources = [_address + "missing", _address + "m.onnx"] });
        Assert.Equal(_content, File.ReadAllBytes(path));
        await Assert.ThrowsAsync<HttpRequestException>(() => Pull(Model("other.onnx") with { Sources = [_address + "missing"] }));
    }

    [Fact]
    public async Task FullDiskIsToldAndWhatIsHereIsKept()
    {
        var puller = new ModelPuller(_client, path => new LimitedFile(path, 150_000));
        var e = await Assert.ThrowsAsync<IOException>(() => puller.PullAsync(Model(), _folder.Path, null, TestContext.Current.CancellationToken));
        Assert.True(DiskSpace.IsFull(e));
        Assert.Contains("the disk is full", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("m.onnx")));
        Assert.Equal(_content, File.ReadAllBytes(await Pull(Model())));
        Assert.NotNull(_ranges[^1]); // It went on from what was kept.
    }

    [Fact]
    public async Task RealFullDiskIsTold()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Needs root: a small file system in memory is mounted.");
        var disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk) == 0, "This system lets nothing be mounted.");
        try
        {
            var e = await Assert.ThrowsAsync<IOException>(() => new ModelPuller(_client).PullAsync(Model(), disk, null, TestContext.Current.CancellationToken));
            Assert.True(DiskSpace.IsFull(e), e.Message);
            Assert.Contains("the disk is full", e.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(disk, "m.onnx")));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public async Task ModelWithoutAddressSaysWhereToPutTheFile()
    {
        var e = await Assert.ThrowsAsync<ModelFormatException>(() => Pull(Model() with { Sources = [] }));
        Assert.Contains(_folder.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("$PPLCNET_MODELS", e.Message, StringComparison.Ordinal);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }

    private Task<string> Pull(ModelManifest model) =>
        new ModelPuller(_client).PullAsync(model, _folder.Path, null, TestContext.Current.CancellationToken);

    private ModelManifest Model(string file = "m.onnx") => new()
    {
        Name = "m",
        Task = "classification",
        File = file,
        Bytes = _content.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(_content)),
        Sources = [_address + "m.onnx"],
    };

    private async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _server.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                Answer(context);
            }
            catch (Exception e) when (e is HttpListenerException or IOException)
            {
                // The client went away, as it does when its disk is full.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var response = context.Response;
        if (!context.Request.Url!.AbsolutePath.EndsWith("m.onnx", StringComparison.Ordinal))
        {
            response.StatusCode = 404;
            return;
        }

        var range = context.Request.Headers["Range"];
        _ranges.Add(range);
        var from = 0;
        if (range is not null && _honoursRanges)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'));
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {from}-{_content.Length - 1}/{_content.Length}";
        }

        response.ContentLength64 = _content.Length - from;
        response.OutputStream.Write(_content, from, _content.Length - from);
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A file on a disk that holds only so much.</summary>
    private sealed class LimitedFile(string path, int limit) : FileStream(path, FileMode.Append, FileAccess.Write)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position + buffer.Length > limit
                ? throw new IOException("No space left on device", 28)
                : base.WriteAsync(buffer, cancellationToken);
    }
}
