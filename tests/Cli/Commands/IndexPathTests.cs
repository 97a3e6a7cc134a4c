using System.Diagnostics;
using System.Text.Json;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Commands;

/// <summary>Names of files on their way into galleries and back, and galleries that take the place of others.</summary>
public sealed class IndexPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Gallery => _folder.File("g.plcg");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_embed_writes_is_read_back_to_the_letter()
    {
        string[] names = ["photos/green tea/a.jpg", "photos/green tea/a.jpg b.jpg", "photos/salt, pepper/c.jpg", "photos/\"q\"/d.jpg", "photos/tab\there/e.jpg", "photos/plain/f.jpg", "\"g.jpg"];
        Copy(names);
        Pplcnet.Run("embed", _folder.Path, "--npy", _folder.File("emb.npy"), "--json").Expect(0);
        Pplcnet.Run("index", "build", "--npy", _folder.File("emb.npy"), "--index", Gallery).Expect(0);
        var items = Items();
        Assert.Equal(
            names.Select(n => (_folder.File(n), Path.GetFileName(Path.GetDirectoryName(_folder.File(n))!))).Order(),
            items.Select(i => (i.GetProperty("metadata").GetProperty("path").GetString()!, i.GetProperty("label").GetString()!)).Order());

        // The images are the same ones, whoever stored them.
        Assert.Contains("0 stored, 7 there already", Pplcnet.Run("index", "add", _folder.Path, "--index", Gallery).Expect(0).Output, StringComparison.Ordinal);

        // The list, the folder and the matrix are the same evaluation.
        File.Delete(_folder.File("\"g.jpg"));
        Pplcnet.Run("embed", _folder.File("photos"), "--npy", _folder.File("emb.npy"), "--json").Expect(0);
        var ofFolder = Pplcnet.Run("eval", "retrieval", "--gallery", _folder.File("photos"), "--json").Expect(0).Json()[0].GetProperty("recall@1").GetDouble();
        Assert.Equal(ofFolder, Pplcnet.Run("eval", "retrieval", "--npy", _folder.File("emb.npy"), "--json").Expect(0).Json()[0].GetProperty("recall@1").GetDouble());
    }

    [Fact]
    public void A_file_is_one_item_however_it_is_spelled()
    {
        Copy("photos/tea/1.jpg", "photos/tea/2.jpg", "photos/red/1.jpg");
        In(_folder.Path, "index", "build", "photos", "photos/tea/1.jpg", "./photos/tea/../tea/2.jpg", "--index", "g.plcg");
        Assert.Equal(["photos/red/1.jpg", "photos/tea/1.jpg", "photos/tea/2.jpg"], Paths());
        foreach (var (folder, name) in ((string, string)[])[(_folder.Path, "photos"), (_folder.Path, "./photos"), (_folder.Path, _folder.File("photos")), (_folder.File("photos"), "tea"), (_folder.File("photos/tea"), "1.jpg")])
        {
            Assert.Contains(" 0 stored", " " + In(folder, "index", "add", name, "--index", Gallery), StringComparison.Ordinal);
        }

        // The gallery and its images move together.
        Directory.CreateDirectory(_folder.File("moved"));
        Directory.Move(_folder.File("photos"), _folder.File("moved/photos"));
        File.Move(Gallery, _folder.File("moved/g.plcg"));
        Assert.Contains(" 0 stored, 3 there", " " + In(_folder.Path, "index", "add", "moved/photos", "--index", "moved/g.plcg"), StringComparison.Ordinal);
        var found = Pplcnet.Run("search", _folder.File("moved/photos/red/1.jpg"), "--index", _folder.File("moved/g.plcg"), "--json", "--threshold", "0.5").Expect(0);
        Assert.True(File.Exists(found.Json()[0].GetProperty("objects")[0].GetProperty("matches")[0].GetProperty("path").GetString()));

        // Files that are gone.
        File.Delete(_folder.File("moved/photos/tea/2.jpg"));
        Assert.Contains("1 removed; 2", In(_folder.Path, "index", "remove", "moved/g.plcg", "--missing"), StringComparison.Ordinal);
        Assert.Contains("1 removed; 1", In(_folder.File("moved/photos"), "index", "remove", "../g.plcg", "--path", "red/1.jpg"), StringComparison.Ordinal);
        Directory.Move(_folder.File("moved/photos"), _folder.File("elsewhere"));
        Pplcnet.Run("index", "remove", _folder.File("moved/g.plcg"), "--missing").Expect(1);
        Pplcnet.RunOn("a.jpg\tone\n./a.jpg\ttwo\n", "index", "build", "-", "--index", _folder.File("h")).Expect(1);
    }

    [Fact]
    public void Overwriting_leaves_the_old_gallery_until_the_new_one_stands()
    {
        Copy("photos/tea/1.jpg", "photos/tea/2.jpg", "other/red/1.jpg");
        Directory.CreateDirectory(_folder.File("empty"));
        Pplcnet.Run("index", "build", _folder.File("photos"), "--index", Gallery, "--kind", "hnsw").Expect(0);
        var before = File.ReadAllBytes(Gallery);
        Pplcnet.Run("index", "build", _folder.File("nope.jpg"), "--index", Gallery, "--overwrite").Expect(2);
        Assert.NotEqual(0, Pplcnet.Run("index", "build", _folder.File("empty"), "--index", Gallery, "--overwrite").ExitCode);
        Pplcnet.Run("index", "build", "--npy", _folder.Write("bad.npy", "no matrix"), "--labels", _folder.Write("l", "a"), "--index", Gallery, "--overwrite").Expect(2);
        Assert.Equal(before, File.ReadAllBytes(Gallery));
        Assert.False(File.Exists(Gallery + ".new"));

        using (new FileStream(Gallery + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var refused = Pplcnet.Run("index", "build", _folder.File("other"), "--index", Gallery, "--overwrite").Expect(4);
            Assert.Contains("another writer", refused.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(Gallery));
        Pplcnet.Run("index", "build", _folder.File("other"), "--index", Gallery, "--overwrite").Expect(0);
        Assert.Equal(["other/red/1.jpg"], Paths());
        Assert.False(File.Exists(Gallery + ".hnsw"));
    }

    [Fact]
    public void A_list_in_another_encoding_is_an_error()
    {
        Copy("a.jpg");
        File.WriteAllBytes(_folder.File("list.txt"), [.. "a.jpg\t"u8, 0xC2, 0xCC, 0xB2, 0xE8, (byte)'\n']);
        var refused = Pplcnet.Run("index", "build", "--labels", _folder.File("list.txt"), "--index", Gallery).Expect(2);
        Assert.Contains("UTF-8", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_does_without_a_gallery_image_that_cannot_be_read()
    {
        Copy("photos/tea/1.jpg", "photos/red/2.jpg", "query.jpg");
        Pplcnet.Run("index", "build", _folder.File("photos"), "--index", Gallery).Expect(0);
        File.WriteAllText(_folder.File("photos/tea/1.jpg"), "no image any more");
        var found = Pplcnet.Run("search", _folder.File("query.jpg"), "--index", Gallery, "--json", "--threshold", "0.5", "--report", _folder.File("sheet"));
        Assert.Single(found.Json());
        Assert.Contains("cannot be shown", File.ReadAllText(_folder.File("sheet/index.html")), StringComparison.Ordinal);
    }

    private void Copy(params string[] names)
    {
        string[] samples = [.. Directory.EnumerateFiles(RepositoryPaths.Samples, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        for (var i = 0; i < names.Length; i++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(names[i]))!);
            File.Copy(samples[i % samples.Length], _folder.File(names[i]));
        }
    }

    private JsonElement[] Items()
    {
        Pplcnet.Run("index", "export", Gallery, "--format", "jsonl", "--out", _folder.File("items.jsonl")).Expect(0);
        return [.. File.ReadLines(_folder.File("items.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)];
    }

    private string[] Paths() => [.. Items().Select(i => i.GetProperty("metadata").GetProperty("path").GetString()!).Order(StringComparer.Ordinal)];

    /// <summary>Runs the command from within a folder.</summary>
    private static string In(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pplcnet.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }
}
