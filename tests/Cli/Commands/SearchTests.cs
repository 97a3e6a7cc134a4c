using System.Text.Json;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Commands;

/// <summary><c>pplcnet search</c> and <c>eval retrieval</c> as scripts call them.</summary>
public sealed class SearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_are_named_by_a_gallery_of_labelled_images()
    {
        string[] names = ["coffee", "cat", "rocket"];
        var list = _folder.Write("labels.txt", string.Concat(names.Select(n => $"{Sample(n)}\tthe {n}\n")));
        var gallery = _folder.File("g.plcg");
        Assert.Equal(0, Pplcnet.Run("index", "build", "--labels", list, "--index", gallery).ExitCode);

        var (exit, output, error) = Pplcnet.Run("search", "--index", gallery, "--json", "--k", "2", "--threshold", "0.9", "--report", _folder.File("sheet"), Sample("cat"), Sample("flower"));
        Assert.Equal((0, ""), (exit, error));
        var objects = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("objects")[0]).ToArray();
        Assert.Equal("the cat", objects[0].GetProperty("label").GetString());
        Assert.Equal(2, objects[0].GetProperty("matches").GetArrayLength());
        Assert.Equal("unknown", objects[1].GetProperty("label").GetString());
        Assert.True(File.Exists(Path.Combine(_folder.File("sheet"), "index.html")));
        Assert.Contains("threshold", Pplcnet.Run("search", "--index", gallery, Sample("cat")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_have_a_probability_and_what_was_learnt_is_kept_beside_the_gallery()
    {
        // Eight looks of each of three things: as they are, and parts of them.
        var list = _folder.Write("labels.txt", string.Concat(((string[])["coffee", "cat", "rocket"]).SelectMany(name => Enumerable.Range(0, 8).Select(i =>
        {
            var image = ImageFile.Read(Sample(name)).View;
            var part = image.Crop(i * 3, i * 2, image.Width - (i * 8), image.Height - (i * 6)).ToBuffer();
            ImageFile.Write(_folder.File($"{name}{i}.png"), part.View);
            return $"{_folder.File($"{name}{i}.png")}\tthe {name}\n";
        }))));
        var gallery = _folder.File("g.plcg");
        Pplcnet.Run("index", "build", "--labels", list, "--index", gallery).Expect(0);
        Directory.CreateDirectory(_folder.File("others"));
        File.Copy(Sample("flower"), Path.Combine(_folder.File("others"), "flower.jpg"));

        var first = Pplcnet.Run("search", "--index", gallery, "--json", Sample("cat")).Expect(0);
        var found = first.Json()[0].GetProperty("objects")[0];
        Assert.Equal("the cat", found.GetProperty("label").GetString());
        Assert.InRange(found.GetProperty("probability").GetDouble(), 0.8, 1);
        Assert.Contains("named right", first.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(gallery + ".threshold"));

        // Kept: nothing is learnt, so nothing is said; and with strangers it is learnt from them.
        var second = Pplcnet.Run("search", "--index", gallery, "--json", "--min-probability", "1", Sample("cat")).Expect(0);
        Assert.Equal("", second.Errors);
        Assert.Equal("unknown", second.Json()[0].GetProperty("objects")[0].GetProperty("label").GetString());
        var strangers = Pplcnet.Run("search", "--index", gallery, "--strangers", _folder.File("others"), Sample("flower")).Expect(0);
        Assert.Contains("of 1 strangers 0.0 % would pass", strangers.Errors.Replace("0.0%", "0.0 %", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("unknown", strangers.Output, StringComparison.Ordinal);
        Pplcnet.Run("search", "--index", gallery, "--strangers", _folder.File("empty"), Sample("cat")).Expect(1);
    }

    [Fact]
    public void Whitened_galleries_take_images_alike_and_are_refused_without_their_whitening()
    {
        var (gallery, shorter) = (_folder.File("g.plcg"), _folder.File("s.plcg"));
        var list = _folder.Write("labels.txt", string.Concat(((string[])["coffee", "cat", "rocket"]).Select(n => $"{Sample(n)}\tthe {n}\n")));
        Pplcnet.Run("index", "build", "--labels", list, "--index", gallery).Expect(0);
        Pplcnet.Run("index", "whiten", gallery, "--out", shorter, "--dimensions", "2").Expect(0);
        Pplcnet.Run("index", "whiten", gallery, "--out", shorter, "--dimensions", "2").Expect(1);
        Pplcnet.Run("index", "whiten", gallery, "--out", _folder.File("t"), "--dimensions", "513").Expect(1);
        Pplcnet.RunOn($"{Sample("flower")}\tthe flower\n", "index", "add", "-", "--index", shorter).Expect(0);
        Assert.Equal(2, Pplcnet.Run("index", "info", shorter, "--json").Expect(0).Json()[0].GetProperty("dimension").GetInt32());

        var found = Pplcnet.Run("search", "--index", shorter, "--json", "--threshold", "0.9", Sample("flower")).Expect(0).Json()[0].GetProperty("objects")[0];
        Assert.Equal("the flower", found.GetProperty("label").GetString());
        Assert.Equal(1, found.GetProperty("matches")[0].GetProperty("score").GetDouble(), 1e-4);
        File.Delete(shorter + ".whitening");
        Pplcnet.Run("search", "--index", shorter, Sample("flower")).Expect(3);
        Pplcnet.Run("index", "add", Sample("flower"), "--index", shorter).Expect(3);
    }

    [Fact]
    public void A_detector_crops_images_before_they_are_embedded()
    {
        float[] Vector(params string[] flags)
        {
            var gallery = _folder.File("g.plcg");
            Pplcnet.Run(["index", "build", Path.Combine(RepositoryPaths.Samples, "page.png"), "--index", gallery, "--overwrite", .. flags]).Expect(0);
            Pplcnet.Run("index", "export", gallery, "--format", "jsonl", "--out", _folder.File("v.jsonl")).Expect(0);
            return [.. JsonDocument.Parse(File.ReadAllText(_folder.File("v.jsonl"))).RootElement.GetProperty("vector").EnumerateArray().Select(v => v.GetSingle())];
        }

        Assert.NotEqual(Vector(), Vector("--detector", "picodet-x1.0-layout"));
        Pplcnet.Run("index", "build", Sample("cat"), "--index", _folder.File("h"), "--detector", "no-such-model").Expect(3);
    }

    [Theory]
    [InlineData(1, "search", "x.jpg")]
    [InlineData(1, "search", "x.jpg", "--index", "g", "--whole", "sometimes")]
    [InlineData(3, "search", "x.jpg", "--index", "no-such-gallery")]
    [InlineData(1, "eval", "retrieval")]
    [InlineData(2, "eval", "retrieval", "--gallery", "no-such-folder")]
    public void Wrong_calls_have_their_exit_codes(int exit, params string[] arguments) =>
        Assert.Equal(exit, Pplcnet.Run(arguments).ExitCode);

    [Fact]
    public void A_gallery_of_other_vectors_is_refused()
    {
        var gallery = _folder.File("g.plcg");
        File.WriteAllBytes(_folder.File("m.npy"), Npy([1, 0, 0, 1]));
        Assert.Equal(0, Pplcnet.Run("index", "build", "--npy", _folder.File("m.npy"), "--labels", _folder.Write("l.txt", "a\nb\n"), "--index", gallery).ExitCode);
        var (exit, _, error) = Pplcnet.Run("search", "--index", gallery, Sample("cat"));
        Assert.Equal(3, exit);
        Assert.Contains("vectors of 512", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_of_eval_retrieval_merge_to_the_whole()
    {
        File.WriteAllBytes(_folder.File("m.npy"), Npy([1, 0, .8f, .6f, 0, 1, -.6f, .8f]));
        var labels = _folder.Write("l.txt", "a\na\nb\nb\n");
        string[] call = ["eval", "retrieval", "--npy", _folder.File("m.npy"), "--labels", labels, "--json"];
        var whole = Pplcnet.Run(call).Output;
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(0, Pplcnet.Run([.. call, "--shard", $"{i}/2", "--state", _folder.File($"s{i}")]).ExitCode);
        }

        Assert.Equal(whole, Pplcnet.Run("eval", "merge", _folder.File("s1"), _folder.File("s0"), "--json").Output);
        Assert.Equal(1, JsonDocument.Parse(whole).RootElement.GetProperty("map").GetDouble());
    }

    /// <summary>The nearest direction is that of the same label; the longest vector is another's.</summary>
    [Fact]
    public void Matrices_are_evaluated_as_directions_as_the_index_stores_them()
    {
        File.WriteAllBytes(_folder.File("m.npy"), Npy([1, 0, 1, .1f, 0, 90, 5, 80]));
        _folder.Write("m.txt", "a\na\nb\nb\n");
        double First(params string[] flags) => Pplcnet.Run(["eval", "retrieval", "--npy", _folder.File("m.npy"), "--json", .. flags]).Expect(0).Json()[0].GetProperty("recall@1").GetDouble();
        Assert.Equal(1, First());
        Assert.Equal(.5, First("--raw"));
        File.Delete(_folder.File("m.txt"));
        Pplcnet.Run("eval", "retrieval", "--npy", _folder.File("m.npy")).Expect(1);
    }

    [Fact]
    public void A_shard_that_comes_twice_is_not_counted_twice()
    {
        File.WriteAllBytes(_folder.File("m.npy"), Npy([1, 0, .8f, .6f, 0, 1, -.6f, .8f]));
        var labels = _folder.Write("l.txt", "a\na\nb\nb\n");
        foreach (var shard in (string[])["0/2", "1/2", "0/3", "0/1"])
        {
            Pplcnet.Run("eval", "retrieval", "--npy", _folder.File("m.npy"), "--labels", labels, "--shard", shard, "--state", _folder.File(shard.Replace('/', '-'))).Expect(0);
        }

        File.Copy(_folder.File("0-2"), _folder.File("copy"));
        foreach (var (first, second) in ((string, string)[])[("0-2", "0-2"), ("0-2", "copy"), ("0-2", "0-3"), ("0-1", "0-1")])
        {
            Pplcnet.Run("eval", "merge", _folder.File(first), _folder.File(second)).Expect(2);
        }

        Pplcnet.Run("eval", "merge", _folder.File("0-2"), _folder.File("1-2")).Expect(0);
    }

    private static string Sample(string name) => Path.Combine(RepositoryPaths.Samples, name + ".jpg");

    // [N, 2] float32, as NumPy writes it.
    private static byte[] Npy(float[] values)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({values.Length / 2}, 2), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. values.SelectMany(BitConverter.GetBytes)];
    }
}
