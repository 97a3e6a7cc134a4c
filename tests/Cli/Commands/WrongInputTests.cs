using System.Text.Json;
using PPLCNet.Vision.Cli.Commands.Doctor;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Commands;

/// <summary>Exit codes and kinds of errors, as scripts see them.</summary>
public sealed class WrongInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bad_images_in_a_folder_are_told_by_kind_and_the_rest_goes_on()
    {
        var jpeg = File.ReadAllBytes(Path.Combine(RepositoryPaths.Samples, "cat.jpg"));
        File.WriteAllBytes(_folder.File("a-good.jpg"), jpeg);
        File.WriteAllBytes(_folder.File("b-cut.jpg"), jpeg[..(jpeg.Length / 2)]);
        File.WriteAllBytes(_folder.File("c-empty.png"), []);
        _folder.Write("d-text.jpg", "this is a text");
        File.WriteAllBytes(_folder.File("e-huge.jpg"),
            [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xC3, 0x50, 0xC3, 0x50, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        var (exit, output, error) = Pplcnet.Run(["classify", _folder.Path, "--json", "--model", "pplcnet-x1.0-doc-ori"]);
        Assert.Equal(2, exit);
        string[] expected = ["", "decode", "decode", "decode", "limit"];
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, lines.Select(Kind));
        Assert.Contains("50000x50000", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "classify")]
    [InlineData(1, "classify", "x.jpg", "--top", "0")]
    [InlineData(1, "nothing-of-the-kind")]
    [InlineData(1, "eval", "classify")]
    [InlineData(1, "models", "pull", "ppocr-v6-small", "--from", "http://127.0.0.1:1/x")]
    [InlineData(2, "classify", "no-such-file.jpg", "--model", "pplcnet-x1.0-doc-ori")]
    [InlineData(3, "classify", "x.jpg", "--model", "no-such-model")]
    [InlineData(3, "embed", "x.jpg", "--model", "picodet-x1.0-layout")]
    [InlineData(3, "models", "verify", "no-such-model")]
    [InlineData(3, "models", "pull", "no-such-model")]
    public void Exit_codes(int expected, params string[] arguments)
    {
        var (exit, output, error) = Pplcnet.Run(arguments);
        Assert.True(exit == expected, $"{exit}: {error}");
        Assert.Empty(output);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Damaged_model_is_a_model_error()
    {
        File.Copy(Path.Combine(RepositoryPaths.Models, "PP-LCNet_x1_0_doc_ori.onnx"), _folder.File("PP-LCNet_x1_0_doc_ori.onnx"));
        using (var file = File.OpenWrite(_folder.File("PP-LCNet_x1_0_doc_ori.onnx")))
        {
            file.SetLength(1000);
        }

        var (exit, _, error) = Pplcnet.Run(["classify", Path.Combine(RepositoryPaths.Samples, "cat.jpg"), "--model", _folder.File("PP-LCNet_x1_0_doc_ori.onnx")]);
        Assert.Equal(3, exit);
        Assert.Contains("expected", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_disk_is_a_fault_of_the_machine()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full on this system.");
        var (exit, _, error) = Pplcnet.Run(["classify", Path.Combine(RepositoryPaths.Samples, "cat.jpg"), "--model", "pplcnet-x1.0-doc-ori", "--out", "/dev/full"]);
        Assert.True(exit == 4, $"{exit}: {error}");
    }

    [Fact]
    public void Embeddings_are_written_as_a_matrix_with_paths()
    {
        var npy = _folder.File("out.npy");
        var (exit, output, error) = Pplcnet.Run(["embed", RepositoryPaths.Samples, "--json", "--npy", npy]);
        Assert.True(exit == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var bytes = File.ReadAllBytes(npy);
        Assert.Equal(128 + (lines.Length * 512 * 4), bytes.Length);
        Assert.Contains($"({lines.Length}, 512)", System.Text.Encoding.ASCII.GetString(bytes, 0, 128), StringComparison.Ordinal);
        Assert.Equal(lines.Length, File.ReadAllLines(_folder.File("out.txt")).Length);
        using var first = JsonDocument.Parse(lines[0]);
        var vector = first.RootElement.GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        Assert.Equal(vector[0], BitConverter.ToSingle(bytes, 128));
        Assert.Equal(1, vector.Sum(v => v * v), 1e-4);
    }

    [Fact]
    public void Missing_native_library_is_named_with_the_package_that_brings_it()
    {
        var check = Checks.Codec(new DllNotFoundException("libgtk-3.so.0: cannot open shared object file"));
        Assert.False(check.Passed);
        Assert.Contains("libgtk-3-0", check.Fix, StringComparison.Ordinal);
    }

    private static string Kind(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("kind").GetString()! : "";
    }
}
