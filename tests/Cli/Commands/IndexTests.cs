using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Commands;

/// <summary><c>pplcnet index</c> as scripts call it.</summary>
public sealed class IndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Gallery => _folder.File("g.plcg");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_matrix_becomes_a_gallery_that_every_command_takes()
    {
        var matrix = Matrix([[1, 0], [0, 1], [0.6f, 0.8f], [0, 1]]);
        var labels = _folder.Write("l.txt", "a/1.jpg\tgreen tea\na/2.jpg\tred\nb/3.jpg\tred\nb/4.jpg\tblue\n");
        Assert.Equal(0, Pplcnet.Run(["index", "build", "--npy", matrix, "--labels", labels, "--index", Gallery]).ExitCode);
        Assert.Equal(1, Pplcnet.Run(["index", "build", "--npy", matrix, "--labels", labels, "--index", Gallery]).ExitCode);
        Assert.Equal((4, 3, 2), Info());

        var (exit, output, _) = Pplcnet.Run(["index", "check", Gallery, "--duplicates", "--json"]);
        Assert.Equal(0, exit);
        var pair = JsonDocument.Parse(output.Split('\n')[1]).RootElement;
        Assert.Equal((1, 3, "red", "blue"), (pair.GetProperty("id").GetInt32(), pair.GetProperty("other_id").GetInt32(), pair.GetProperty("label").GetString(), pair.GetProperty("other_label").GetString()));

        Assert.Equal(0, Pplcnet.Run(["index", "add", "--npy", matrix, "--labels", labels, "--index", Gallery]).ExitCode);
        Assert.Equal(8, Info().Items);

        // What is given narrows: no item is blue and has the id 0.
        Assert.Contains("0 removed", Pplcnet.Run(["index", "remove", Gallery, "--label", "blue", "--id", "0", "--where", "path=a/2.jpg"]).Output, StringComparison.Ordinal);
        Assert.Contains("2 would be removed", Pplcnet.Run(["index", "remove", Gallery, "--label", "red", "--where", "path=a/2.jpg", "--dry-run"]).Output, StringComparison.Ordinal);
        Assert.Contains("2 removed; 6", Pplcnet.Run(["index", "remove", Gallery, "--label", "blue"]).Output, StringComparison.Ordinal);
        Assert.Contains("1 removed; 5", Pplcnet.Run(["index", "remove", Gallery, "--where", "label>=green", "--where", "id<1"]).Output, StringComparison.Ordinal);
        Assert.Contains("2 removed; 3", Pplcnet.Run(["index", "remove", Gallery, "--label", "red", "--path", "a/2.jpg"]).Output, StringComparison.Ordinal);
        Assert.Equal(1, Pplcnet.Run(["index", "remove", Gallery, "--where", "id>=five"]).ExitCode);
        Assert.Equal((3, 2, 2), Info());
        Assert.Equal(1, Pplcnet.Run(["index", "remove", Gallery]).ExitCode);
        var before = new FileInfo(Gallery).Length;
        Assert.Equal(0, Pplcnet.Run(["index", "compact", Gallery, "--kind", "hnsw"]).ExitCode);
        Assert.InRange(new FileInfo(Gallery).Length, 1, before - 1);
        Assert.Contains("recall@10", Pplcnet.Run(["index", "check", Gallery, "--quality"]).Output, StringComparison.Ordinal);

        Assert.Equal(0, Pplcnet.Run(["index", "export", Gallery, "--out", _folder.File("shitu")]).ExitCode);
        Assert.Equal(0, Pplcnet.Run(["index", "build", "--from-shitu", _folder.File("shitu"), "--index", _folder.File("h")]).ExitCode);
        Assert.Equal(0, Pplcnet.Run(["index", "export", _folder.File("h"), "--format", "jsonl", "--out", _folder.File("h.jsonl")]).ExitCode);
        Assert.Equal(["red", "green tea", "red"], File.ReadLines(_folder.File("h.jsonl")).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("label").GetString()));
        Assert.Equal(0, Pplcnet.Run(["index", "export", Gallery, "--format", "npy", "--out", _folder.File("e.npy")]).ExitCode);
        Assert.Equal("b/3.jpg\tred", File.ReadLines(_folder.File("e.txt")).First());
    }

    [Fact]
    public void Rows_that_cannot_be_stored_are_told_and_the_rest_is_kept()
    {
        var (exit, _, error) = Pplcnet.Run(["index", "build", "--npy", Matrix([[1, 0], [float.NaN, 1], [0, 0]]), "--labels", _folder.Write("l.txt", "a\nb\nc\n"), "--index", Gallery]);
        Assert.Equal(2, exit);
        Assert.Contains("item 1", error, StringComparison.Ordinal);
        Assert.Contains("item 2", error, StringComparison.Ordinal);
        Assert.Equal((1, 1, 2), Info());
    }

    [Fact]
    public void Missing_damaged_and_newer_galleries_are_exit_code_3()
    {
        Assert.Equal(3, Pplcnet.Run(["index", "info", Gallery]).ExitCode);
        File.WriteAllText(Gallery, "not a gallery");
        Assert.Equal(3, Pplcnet.Run(["index", "check", "--index", Gallery]).ExitCode);
        File.Delete(Gallery);
        Pplcnet.Run(["index", "build", "--npy", Matrix([[1, 0]]), "--labels", _folder.Write("l.txt", "a\n"), "--index", Gallery]);
        var bytes = File.ReadAllBytes(Gallery);
        File.WriteAllBytes(Gallery, bytes[..^1]);
        Assert.Equal(3, Pplcnet.Run(["index", "check", Gallery]).ExitCode);
        bytes[8] = 9;
        File.WriteAllBytes(Gallery, bytes);
        var (exit, _, error) = Pplcnet.Run(["index", "add", "--npy", Matrix([[1, 0]]), "--labels", _folder.File("l.txt"), "--index", Gallery]);
        Assert.Equal(3, exit);
        Assert.Contains("version 9", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("index", "build")]
    [InlineData("index", "build", "--index", "x")]
    [InlineData("index", "build", "--index", "x", "--npy", "absent.npy")]
    [InlineData("index", "build", "--index", "x", "--labels", "absent.txt")]
    [InlineData("index", "info")]
    [InlineData("index", "compact", "x", "--kind", "other")]
    public void Wrong_usage_is_exit_code_1(params string[] arguments) => Assert.Equal(1, Pplcnet.Run(arguments).ExitCode);

    [Fact]
    public void Images_in_folders_are_embedded_resumed_and_bad_ones_reported()
    {
        var image = Directory.EnumerateFiles(RepositoryPaths.Samples, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        foreach (var name in (string[])["tea/1.jpg", "green tea/2.jpg"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            File.Copy(image, _folder.File(name));
        }

        _folder.Write("tea/bad.jpg", "no image");
        var (exit, output, _) = Pplcnet.Run(["index", "build", _folder.Path, "--index", Gallery, "--json"]);
        Assert.Equal(2, exit);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(["green tea", "tea"], lines.Where(l => l.TryGetProperty("label", out _)).Select(l => l.GetProperty("label").GetString()));
        Assert.Equal("decode", Assert.Single(lines, l => l.TryGetProperty("error", out _)).GetProperty("error").GetProperty("kind").GetString());
        Assert.Equal(2, Info().Items);

        File.Delete(_folder.File("tea/bad.jpg"));
        Assert.Contains("0 stored, 2 there already", Pplcnet.Run(["index", "build", _folder.Path, "--index", Gallery, "--resume"]).Output, StringComparison.Ordinal);
        File.Copy(image, _folder.File("tea/3.jpg"));
        var added = Pplcnet.RunOn($"{_folder.File("tea/3.jpg")}\tfrom a pipe\n{_folder.File("tea/1.jpg")}\n", "index", "add", "-", "--index", Gallery);
        Assert.Contains("1 stored, 1 there already; 3 items", added.Output, StringComparison.Ordinal);
        var listed = _folder.Write("list.txt", "tea/3.jpg renamed\n");
        Assert.Contains("1 stored, 0 there already; 3 items", Pplcnet.Run(["index", "add", "--labels", listed, "--index", Gallery, "--update"]).Output, StringComparison.Ordinal);
        Assert.Equal(3, Info().Labels);
    }

    private (int Items, int Labels, int Dimensions) Info()
    {
        var (exit, output, error) = Pplcnet.Run(["index", "info", Gallery, "--json"]);
        Assert.True(exit == 0, error);
        var info = JsonDocument.Parse(output).RootElement;
        return (info.GetProperty("items").GetInt32(), info.GetProperty("labels").GetInt32(), info.GetProperty("dimension").GetInt32());
    }

    private string Matrix(float[][] rows)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows.Length}, {rows[0].Length}), }}\n");
        var path = _folder.File($"{Guid.NewGuid():N}.npy");
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. header, .. rows.SelectMany(r => r).SelectMany(BitConverter.GetBytes)]);
        return path;
    }
}
