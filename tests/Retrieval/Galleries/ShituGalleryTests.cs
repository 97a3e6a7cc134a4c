using System.Globalization;
using System.Text;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>Galleries of PP-ShiTu. The index files are written here field by field, apart from the code under test.</summary>
public sealed class ShituGalleryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>A dict of three NumPy integers and lines "path TAB label", pickled with protocols 2 to 5.</summary>
    [Theory]
    [InlineData("gAJ9cQAoY251bXB5LmNvcmUubXVsdGlhcnJheQpzY2FsYXIKcQFjbnVtcHkKZHR5cGUKcQJYAgAAAGk4cQOJiIdxBFJxBShLA1gBAAAAPHEGTk5OSv////9K/////0sAdHEHYmNfY29kZWNzCmVuY29kZQpxCFgIAAAAAAAAAAAAAABxCVgGAAAAbGF0aW4xcQqGcQtScQyGcQ1ScQ5YDwAAAGEvMS5qcGcJ57qiIHRlYXEPaAFoBWgIWAgAAAAsAQAAAAAAAHEQaAqGcRFScRKGcRNScRRYEwAAAGIvMiB4LmpwZwlncmVlbiB0ZWFxFWgBaAVoCFgIAAAAcBEBAAAAAABxFmgKhnEXUnEYhnEZUnEaWAsAAABubyB0YWIgaGVyZXEbdS4=")]
    [InlineData("gAN9cQAoY251bXB5LmNvcmUubXVsdGlhcnJheQpzY2FsYXIKcQFjbnVtcHkKZHR5cGUKcQJYAgAAAGk4cQOJiIdxBFJxBShLA1gBAAAAPHEGTk5OSv////9K/////0sAdHEHYkMIAAAAAAAAAABxCIZxCVJxClgPAAAAYS8xLmpwZwnnuqIgdGVhcQtoAWgFQwgsAQAAAAAAAHEMhnENUnEOWBMAAABiLzIgeC5qcGcJZ3JlZW4gdGVhcQ9oAWgFQwhwEQEAAAAAAHEQhnERUnESWAsAAABubyB0YWIgaGVyZXETdS4=")]
    [InlineData("gASVyQAAAAAAAAB9lCiMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMBnNjYWxhcpSTlIwFbnVtcHmUjAVkdHlwZZSTlIwCaTiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYkMIAAAAAAAAAACUhpRSlIwPYS8xLmpwZwnnuqIgdGVhlGgDaAlDCCwBAAAAAAAAlIaUUpSME2IvMiB4LmpwZwlncmVlbiB0ZWGUaANoCUMIcBEBAAAAAACUhpRSlIwLbm8gdGFiIGhlcmWUdS4=")]
    [InlineData("gAWVyQAAAAAAAAB9lCiMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMBnNjYWxhcpSTlIwFbnVtcHmUjAVkdHlwZZSTlIwCaTiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYkMIAAAAAAAAAACUhpRSlIwPYS8xLmpwZwnnuqIgdGVhlGgDaAlDCCwBAAAAAAAAlIaUUpSME2IvMiB4LmpwZwlncmVlbiB0ZWGUaANoCUMIcBEBAAAAAACUhpRSlIwLbm8gdGFiIGhlcmWUdS4=")]
    public void Pickled_maps_are_read(string base64)
    {
        var map = PickledIdMap.Read(Convert.FromBase64String(base64), "m");
        Assert.Equal([(0L, "a/1.jpg\t红 tea"), (300L, "b/2 x.jpg\tgreen tea"), (70000L, "no tab here")], map.OrderBy(p => p.Key).Select(p => (p.Key, p.Value)));
        Assert.Equal(map, PickledIdMap.Read(PickledIdMap.Write(map), "m"));
        Assert.Equal(new IdEntry("b/2 x.jpg", "green tea"), IdEntry.OfLine(map[300]));
    }

    [Theory]
    [InlineData("Y29zCnN5c3RlbQooUydlY2hvIGhpJwp0Ui4=")] // os.system, protocol 0
    [InlineData("gAJjcG9zaXgKc3lzdGVtClgCAAAAbHNxAIVSLg==")] // posix.system, protocol 2
    [InlineData("gAJ9cQAo")] // cut short
    [InlineData("gAJLBS4=")] // a number
    [InlineData("")]
    public void Pickles_of_anything_else_are_refused(string base64) =>
        Assert.Throws<DataFormatException>(() => PickledIdMap.Read(Convert.FromBase64String(base64), "m"));

    [Theory]
    [InlineData("flat", 0)]
    [InlineData("flat", 1)]
    [InlineData("hnsw", 0)]
    [InlineData("ivf full", 0)]
    [InlineData("ivf sprs", 0)]
    public void Every_kind_of_index_gives_its_vectors(string kind, int metric)
    {
        File.WriteAllBytes(_folder.File("vector.index"), Index(kind, metric));
        File.WriteAllText(_folder.File("id_map.txt"), "7 red tea\n3 green\n9 last one\n");
        var gallery = ShituGallery.Read(Path.GetDirectoryName(_folder.File("x"))!);
        Assert.Equal((2, metric == 1 ? VectorMetric.L2 : VectorMetric.InnerProduct), (gallery.Dimensions, gallery.Metric));
        Assert.Equal([(7L, "red tea", "1 2"), (3L, "green", "3 4"), (9L, "last one", "5 6")], gallery.Items.Select(i => (i.Id, i.Label, string.Join(' ', i.Vector.ToArray()))));
    }

    /// <summary>
    /// PP-ShiTu wraps an inverted index in an id map: the lists hold the numbers in which vectors were added, and the map
    /// goes on from there.
    /// </summary>
    [Fact]
    public void An_id_map_over_an_inverted_index_maps_its_numbers()
    {
        File.WriteAllBytes(_folder.File("vector.index"), Index("mapped ivf", 0));
        File.WriteAllText(_folder.File("id_map.txt"), "70 red tea\n30 green\n90 last one\n");
        var gallery = ShituGallery.Read(_folder.Path);
        Assert.Equal([(30L, "green", "1 2"), (90L, "last one", "3 4"), (70L, "red tea", "5 6")], gallery.Items.Select(i => (i.Id, i.Label, string.Join(' ', i.Vector.ToArray()))));
    }

    /// <summary>A file that faiss made, with its vectors as faiss itself gives them back.</summary>
    [Fact]
    public void An_inverted_index_of_faiss_keeps_its_labels()
    {
        var folder = RepositoryPaths.Shared("cases", "ivf-idmap2");
        var expected = File.ReadLines(Path.Combine(folder, "vectors.txt"))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        var gallery = ShituGallery.Read(folder);
        Assert.Equal(expected.Length, gallery.Items.Count);
        Assert.All(gallery.Items, i => Assert.Equal(expected[i.Id].Select(v => v * 100), i.Vector.ToArray().Select(v => MathF.Round(v * 100)), (a, b) => MathF.Abs(a - b) < 0.01f));
    }

    [Fact]
    public void Every_shorter_index_file_is_refused()
    {
        foreach (var kind in (string[])["flat", "hnsw", "ivf full", "ivf sprs", "mapped ivf"])
        {
            var bytes = Index(kind, 0);
            for (var length = 0; length < bytes.Length; length++)
            {
                using var stream = new MemoryStream(bytes[..length]);
                Assert.Throws<DataFormatException>(() => FaissIndexReader.Read(stream, "x"));
            }
        }
    }

    [Fact]
    public void Binary_and_unknown_indexes_and_maps_that_do_not_belong_are_refused()
    {
        foreach (var kind in (string[])["IBxF", "Iwxx", "...."])
        {
            using var stream = new MemoryStream([.. Encoding.ASCII.GetBytes(kind), .. new byte[100]]);
            Assert.Throws<DataFormatException>(() => FaissIndexReader.Read(stream, "x"));
        }

        var folder = Path.GetDirectoryName(_folder.File("x"))!;
        Assert.Throws<FileNotFoundException>(() => ShituGallery.Read(folder));
        File.WriteAllBytes(_folder.File("vector.index"), Index("flat", 0));
        Assert.Throws<FileNotFoundException>(() => ShituGallery.Read(folder));
        foreach (var map in (string[])["7 a\n3 b\n", "7 a\n3 b\n8 c\n", "7 a\n7 b\n9 c\n", "seven a\n"])
        {
            File.WriteAllText(_folder.File("id_map.txt"), map);
            Assert.Throws<DataFormatException>(() => ShituGallery.Read(folder));
        }
    }

    [Fact]
    public void Yaml_maps_are_read()
    {
        string[] lines = ["index_type: HNSW32", "metric_type: IP", "id_map:", "  0: plain label", "  1: 'it''s'", "  2: \"\\u4E1C\\u65B9 \\\"x\\\"\"", "other: 5"];
        Assert.Equal([(0L, "plain label"), (1L, "it's"), (2L, "东方 \"x\"")], YamlIdMap.Read(lines, "m").Select(p => (p.Key, p.Value)));
        Assert.Throws<DataFormatException>(() => YamlIdMap.Read(["id_map:", "  zero: x"], "m"));
        Assert.Throws<DataFormatException>(() => YamlIdMap.Read(["index_type: Flat"], "m"));
    }

    [Theory]
    [InlineData("  7: again")]
    [InlineData("  8: \"\\ud83d\"")]
    [InlineData("  8: \"\\x4\"")]
    [InlineData("  8: \"\\U00110000\"")]
    public void Yaml_maps_that_say_an_id_twice_or_no_character_name_file_and_line(string line)
    {
        var e = Assert.Throws<DataFormatException>(() => YamlIdMap.Read(["id_map:", "  7: x", line], "m.yaml"));
        Assert.Contains("'m.yaml' line 3", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VectorMetric.Cosine)]
    [InlineData(VectorMetric.L2)]
    public async Task What_is_written_reads_back(VectorMetric metric)
    {
        using var index = new FlatIndex(8, metric);
        var items = RandomVectors.Items(1, 20, 8, firstId: 100);
        await index.AddAsync([.. items.Select(i => new GalleryItem(i.Id, i.Label + " x", i.Vector, new Dictionary<string, MetadataValue> { ["path"] = $"a b/{i.Id}.jpg" }))], Cancellation);
        await ShituGallery.WriteAsync(_folder.File("out"), index, Cancellation);
        var back = ShituGallery.Read(_folder.File("out"));
        Assert.Equal(items.Select(i => (i.Id, i.Label + " x", $"a b/{i.Id}.jpg")), back.Items.Select(i => (i.Id, i.Label, i.Metadata["path"].ToString())));
        Assert.Equal(items.SelectMany(i => i.Vector.ToArray()), back.Items.SelectMany(i => i.Vector.ToArray()));
        File.Delete(Path.Combine(_folder.File("out"), "id_map.pkl"));
        Assert.Equal(items.Select(i => i.Label + " x"), ShituGallery.Read(_folder.File("out")).Items.Select(i => i.Label));
    }

    /// <summary>Three vectors (1 2), (3 4), (5 6) with ids 7, 3, 9 as faiss lays them out.</summary>
    private static byte[] Index(string kind, int metric)
    {
        using var stream = new MemoryStream();
        using var to = new BinaryWriter(stream);
        void Header(string fourcc, long count)
        {
            to.Write(Encoding.ASCII.GetBytes(fourcc));
            to.Write(2);
            to.Write(count);
            to.Write(1048576L);
            to.Write(1048576L);
            to.Write(true);
            to.Write(metric);
        }

        void Flat(params float[] values)
        {
            Header(metric == 0 ? "IxFI" : "IxF2", values.Length / 2);
            to.Write((ulong)values.Length);
            Array.ForEach(values, to.Write);
        }

        if (!kind.StartsWith("ivf", StringComparison.Ordinal))
        {
            Header("IxM2", 3);
        }

        switch (kind)
        {
            case "flat":
                Flat(1, 2, 3, 4, 5, 6);
                break;
            case "hnsw":
                Header("IHNf", 3);
                to.Write(1UL); to.Write(0.9); // level probabilities
                to.Write(2UL); to.Write(0); to.Write(64); // cumulative neighbours
                to.Write(3UL); to.Write(1); to.Write(1); to.Write(1); // levels
                to.Write(4UL); to.Write(0UL); to.Write(1UL); to.Write(2UL); to.Write(2UL); // offsets
                to.Write(2UL); to.Write(1); to.Write(-1); // neighbours
                to.Write(0); to.Write(0); to.Write(40); to.Write(16); to.Write(1);
                Flat(1, 2, 3, 4, 5, 6);
                break;
            default:
                Header("IwFl", 3);
                to.Write(3UL); to.Write(1UL);
                Flat(1, 1, 2, 2, 5, 5);
                to.Write((byte)0); to.Write(0UL); // direct map
                to.Write("ilar"u8); to.Write(3UL); to.Write(8UL);
                if (kind != "ivf sprs")
                {
                    to.Write("full"u8); to.Write(3UL); to.Write(2UL); to.Write(0UL); to.Write(1UL);
                }
                else
                {
                    to.Write("sprs"u8); to.Write(4UL); to.Write(0UL); to.Write(2UL); to.Write(2UL); to.Write(1UL);
                }

                var numbers = kind == "mapped ivf" ? (1L, 2L, 0L) : (7L, 3L, 9L);
                to.Write(1f); to.Write(2f); to.Write(3f); to.Write(4f); to.Write(numbers.Item1); to.Write(numbers.Item2);
                to.Write(5f); to.Write(6f); to.Write(numbers.Item3);
                if (kind == "mapped ivf")
                {
                    to.Write(3UL); to.Write(70L); to.Write(30L); to.Write(90L);
                }

                return stream.ToArray();
        }

        to.Write(3UL); to.Write(7L); to.Write(3L); to.Write(9L);
        return stream.ToArray();
    }
}
