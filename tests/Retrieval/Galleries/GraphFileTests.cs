using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>
/// Graphs beside galleries: one that does not belong, or whose content is wrong although its checksum is right, costs time
/// and nothing else.
/// </summary>
public sealed class GraphFileTests : IDisposable
{
    private const int Dimensions = 16;
    private readonly TemporaryFolder _folder = new();
    private readonly GalleryOptions _options = new() { Hnsw = new HnswOptions { ScanUpTo = 0, SearchBreadth = 128 } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _folder.File("g");

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A copy is brought back, and the graph beside it stays: it names slots of items that the copy has otherwise.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_graph_of_another_state_of_the_gallery_is_passed_over(bool goesOn)
    {
        await Build(300);
        var copy = File.ReadAllBytes(Path);
        using (var gallery = Gallery.Open(Path, _options))
        {
            // The ids stay and their vectors change places: a graph over the new vectors leads nowhere in the old ones.
            var items = gallery.Items().ToArray();
            await gallery.UpdateAsync([.. items.Select((item, i) => item.WithVector(items[items.Length - 1 - i].Vector))], Cancellation);
            gallery.SaveGraph();
        }

        File.WriteAllBytes(Path, copy);
        if (goesOn)
        {
            // Now the log has a frame of the number that the graph knows, and another one at that.
            using var gallery = Gallery.Open(Path, _options);
            await gallery.UpdateAsync([gallery.Items().First()], Cancellation);
        }

        AssertFindsAsAScanDoes();
    }

    [Fact]
    public async Task A_graph_of_other_settings_is_passed_over()
    {
        await Build(300);
        foreach (var hnsw in (HnswOptions[])[_options.Hnsw with { Connectivity = 8 }, _options.Hnsw with { Precision = HnswPrecision.Float32 }, _options.Hnsw with { Precision = HnswPrecision.Float16 }])
        {
            using var gallery = Gallery.Open(Path, new GalleryOptions { ReadOnly = true, Hnsw = hnsw });
            Assert.Equal(300, gallery.Count);
            Assert.Equal(5, gallery.Search(gallery.Items().ElementAt(5).Vector, null, Cancellation)[0].Id);
        }
    }

    [Fact]
    public async Task The_graph_that_was_saved_is_the_one_that_is_used()
    {
        await Build(300);
        using var graph = GraphFile.Read(GraphFile.PathOf(Path), Header().FileId)!;
        using var index = new HnswIndex(Dimensions, options: _options.Hnsw);
        using var gallery = Gallery.Open(Path, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
        index.PutUnlinked([.. gallery.Items()]);
        Assert.True(index.Restore(graph.Graph, graph.Slots, new HashSet<long>()));
        Assert.Null(GraphFile.Read(GraphFile.PathOf(Path), Guid.NewGuid()));
    }

    /// <summary>Bytes of the graph are changed and the checksum is made anew, so that only the content can tell.</summary>
    [Fact]
    public async Task Wrong_content_under_a_right_checksum_is_found_out_or_harmless()
    {
        await Build(200);
        var bytes = File.ReadAllBytes(GraphFile.PathOf(Path));
        var random = new Random(8);
        var vectorsEnd = 64 + (200 * 8) + 8 + (200 * Dimensions * 2);
        for (var round = 0; round < 400; round++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                // Mostly behind the vectors, where the structure is.
                var at = random.Next(4) == 0 ? random.Next(40, damaged.Length) : random.Next(vectorsEnd, damaged.Length);
                damaged[at] = random.Next(3) switch { 0 => 0xff, 1 => 0, _ => (byte)random.Next(256) };
            }

            Seal(damaged);
            File.WriteAllBytes(GraphFile.PathOf(Path), damaged);
            using var gallery = Gallery.Open(Path, _options with { ReadOnly = true });
            var item = gallery.Items().ElementAt(random.Next(200));
            Assert.Equal(item.Id, gallery.Search(item.Vector, null, Cancellation)[0].Id);
        }
    }

    /// <summary>Links and vectors are changed by design; every item must still be found, whatever the graph leads to.</summary>
    [Theory]
    [InlineData("no links to one item")]
    [InlineData("no links to a tenth of the items")]
    [InlineData("no links from the rest to a third")]
    [InlineData("a third links to itself alone")]
    [InlineData("every item links to itself alone")]
    [InlineData("the vector of one item is another's")]
    [InlineData("a vector is not a number")]
    public async Task Every_item_is_found_though_links_were_changed_under_a_right_checksum(string change)
    {
        const int Count = 1200;
        await Build(Count);
        var bytes = File.ReadAllBytes(GraphFile.PathOf(Path));
        var graph = new GraphBytes(bytes, Count, Dimensions);
        bool IsOfThird(int node) => node % 3 == 0;
        switch (change)
        {
            case "no links to one item": graph.Relink((_, to) => to == 77 ? null : to); break;
            case "no links to a tenth of the items": graph.Relink((_, to) => to % 10 == 7 ? null : to); break;
            case "no links from the rest to a third": graph.Relink((from, to) => IsOfThird(to) && !IsOfThird(from) ? null : to); break;
            case "a third links to itself alone": graph.Relink((from, to) => IsOfThird(from) && !IsOfThird(to) ? from : to); break;
            case "every item links to itself alone": graph.Relink((from, _) => from); break;
            case "the vector of one item is another's": graph.Row(500).CopyTo(graph.Row(77)); break;
            default: graph.Row(77).Fill(0xff); break;
        }

        Seal(bytes);
        File.WriteAllBytes(GraphFile.PathOf(Path), bytes);
        AssertFindsEveryItem();
    }

    /// <summary>
    /// Among many nearly equal vectors, pruning takes the last links to some: such a graph is honest, is used as it is, and its
    /// items are found all the same.
    /// </summary>
    [Theory]
    [InlineData(100, 0.01f)]
    [InlineData(1200, 0f)]
    public async Task Items_that_an_honest_graph_does_not_lead_to_are_found(int inGroup, float spread)
    {
        const int Count = 1200;
        var random = new Random(5);
        var centers = Enumerable.Range(0, Count / inGroup).Select(_ => RandomVectors.Unit(random, Dimensions)).ToArray();
        var items = RandomVectors.Items(5, Count, Dimensions).Select((item, i) => item.WithVector(
            centers[i % centers.Length].Select(v => v + (((float)random.NextDouble() - 0.5f) * spread)).ToArray())).ToArray();
        var options = _options with { Hnsw = _options.Hnsw with { Connectivity = 4 } };
        using (var gallery = Gallery.Create(Path, new GalleryHeader { Dimensions = Dimensions, Index = GalleryIndexKind.Hnsw }, options))
        {
            await gallery.AddAsync(items, Cancellation);
            gallery.SaveGraph();
            items = [.. gallery.Items()]; // with vectors of length 1
        }

        using var graph = GraphFile.Read(GraphFile.PathOf(Path), Header().FileId)!;
        using var index = new HnswIndex(Dimensions, options: options.Hnsw);
        index.PutUnlinked(items);
        Assert.True(index.Restore(graph.Graph, graph.Slots, new HashSet<long>(), graph.IsPoor), "the graph was built anew");
        Assert.NotEmpty(index.Reach.Unreachable);
        Assert.All(index.Reach.Unreachable, slot =>
        {
            var item = items[graph.Slots[slot]];
            var best = index.Search(item.Vector, null, Cancellation)[0];
            Assert.InRange(best.Score, RandomVectors.Dot(item.Vector.ToArray(), item.Vector.ToArray()) - 1e-5, double.MaxValue);
        });
    }

    /// <summary>Threads that link the first nodes at once would not see each other's.</summary>
    [Fact]
    public async Task Graphs_built_by_several_threads_lead_to_every_item()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var index = new HnswIndex(Dimensions, options: _options.Hnsw with { BuildThreads = 8 });
            await index.AddAsync(RandomVectors.Items(seed, 200, Dimensions), Cancellation);
            Assert.Empty(index.Reach.Unreachable);
        }
    }

    [Fact]
    public async Task A_graph_of_other_vectors_under_a_right_checksum_is_built_anew()
    {
        await Build(300);
        var bytes = File.ReadAllBytes(GraphFile.PathOf(Path));
        new Random(3).NextBytes(bytes.AsSpan(64 + (300 * 8) + 8, 300 * Dimensions * 2));
        Seal(bytes);
        File.WriteAllBytes(GraphFile.PathOf(Path), bytes);
        AssertFindsAsAScanDoes();
    }

    /// <summary>A graph that once ended the process with a segmentation fault.</summary>
    [Fact]
    public void A_graph_that_crashed_does_not()
    {
        foreach (var name in (string[])["graph-crash.gallery", "graph-crash.gallery.hnsw"])
        {
            File.Copy(RepositoryPaths.Shared("cases", "hostile", name), _folder.File(name));
        }

        using var gallery = Gallery.Open(_folder.File("graph-crash.gallery"), new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Hnsw, Hnsw = new HnswOptions { ScanUpTo = 0 } });
        Assert.All(gallery.Items().Take(50), i => Assert.NotEmpty(gallery.Search(i.Vector, null, Cancellation)));
    }

    private GalleryHeader Header()
    {
        using var gallery = Gallery.Open(Path, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
        return gallery.Header;
    }

    private async Task Build(int count)
    {
        using var gallery = Gallery.Create(Path, new GalleryHeader { Dimensions = Dimensions, Index = GalleryIndexKind.Hnsw }, _options);
        await gallery.AddAsync(RandomVectors.Items(11, count, Dimensions), Cancellation);
        gallery.SaveGraph();
    }

    private void AssertFindsAsAScanDoes()
    {
        using var graph = Gallery.Open(Path, _options with { ReadOnly = true });
        using var scan = Gallery.Open(Path, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
        var search = new SearchOptions { K = 5 };
        var queries = RandomVectors.Items(12, 40, Dimensions).Select(i => i.Vector).ToArray();
        var expected = scan.Search(queries, search, Cancellation).SelectMany((m, q) => m.Select(x => (q, x.Id))).ToHashSet();
        var found = graph.Search(queries, search, Cancellation).SelectMany((m, q) => m.Select(x => (q, x.Id)));
        Assert.InRange(found.Count(expected.Contains), 190, 200);
    }

    private void AssertFindsEveryItem()
    {
        using var gallery = Gallery.Open(Path, _options with { ReadOnly = true });
        Assert.All(gallery.Items(), item => Assert.Equal(item.Id, gallery.Search(item.Vector, null, Cancellation)[0].Id));
    }

    private static void Seal(byte[] bytes) =>
        BitConverter.TryWriteBytes(bytes.AsSpan(60), Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, 60)), bytes.AsSpan(64)));
}
