using System.Diagnostics;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>A gallery keeps the contract of an index, too.</summary>
public sealed class GalleryContract : VectorIndexContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override Task<IVectorIndex> Create(int dimension, VectorMetric metric) =>
        Task.FromResult<IVectorIndex>(Gallery.Create(_folder.File("g"), new GalleryHeader { Dimensions = dimension, Metric = metric }));

    public void Dispose() => _folder.Dispose();
}

public sealed class GalleryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GalleryHeader _header = new() { Dimensions = 8, Model = "m", ModelFingerprint = "f1" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(GalleryIndexKind.Flat)]
    [InlineData(GalleryIndexKind.FlatInt8)]
    [InlineData(GalleryIndexKind.Hnsw)]
    public async Task What_was_written_is_there_after_opening_again(GalleryIndexKind kind)
    {
        var items = RandomVectors.Items(1, 120, 8);
        using (var gallery = Gallery.Create(_folder.File("g"), _header with { Index = kind }))
        {
            await gallery.AddAsync(items[..100], Cancellation);
            await gallery.RemoveAsync([3, 4, 5], Cancellation);
            await gallery.UpdateAsync([new GalleryItem(7, "seven", items[110].Vector)], Cancellation);
        }

        using var again = Gallery.Open(_folder.File("g"));
        Assert.Equal((97, kind, "m"), (again.Count, again.Header.Index, again.Header.Model));
        Assert.Equal(100, again.NextId());
        Assert.False(again.Contains(4));
        Assert.Equal("seven", again.Search(items[110].Vector, null, Cancellation)[0].Label);
        var expected = items[..100].Where(i => i.Id is < 3 or > 5 and not 7).ToArray();
        Assert.All(expected, i =>
        {
            var back = again.GetAsync(i.Id, Cancellation).AsTask().Result!;
            Assert.Equal((i.Label, i.Vector.ToArray().Length), (back.Label, back.Vector.Length));
            Assert.Equal(i.Vector.ToArray(), back.Vector.ToArray());
            Assert.Equal(i.Metadata.OrderBy(m => m.Key), back.Metadata.OrderBy(m => m.Key));
        });
    }

    [Fact(Timeout = 20_000)]
    public async Task Pipes_by_the_names_of_galleries_and_graphs_hang_nobody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes in Windows' folders.");
        Process.Start("mkfifo", [_folder.File("pipe")]).WaitForExit();
        foreach (var read in (Action[])
        [
            () => Gallery.Open(_folder.File("pipe")),
            () => Gallery.Open(_folder.File("pipe"), new GalleryOptions { ReadOnly = true }),
            () => GalleryFiles.Check(_folder.File("pipe")),
        ])
        {
            var e = await Task.Run(() => Assert.Throws<SpecialFileException>(read), TestContext.Current.CancellationToken);
            Assert.Contains(_folder.File("pipe"), e.Message, StringComparison.Ordinal);
        }

        Gallery.Create(_folder.File("g"), _header with { Index = GalleryIndexKind.Hnsw }).Dispose();
        Process.Start("mkfifo", [_folder.File("g.hnsw")]).WaitForExit();
        await Task.Run(() => Gallery.Open(_folder.File("g")).Dispose(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Compaction_drops_what_is_gone_and_keeps_the_rest()
    {
        var items = RandomVectors.Items(2, 500, 8);
        using var gallery = Gallery.Create(_folder.File("g"), _header);
        await gallery.AddAsync(items, Cancellation);
        await gallery.RemoveAsync([.. items[..400].Select(i => i.Id)], Cancellation);
        var before = gallery.FileBytes;
        gallery.Compact(gallery.Header with { Index = GalleryIndexKind.FlatInt8 });
        Assert.InRange(gallery.FileBytes, 1, before / 3);
        await gallery.AddAsync([items[0]], Cancellation);
        gallery.Dispose();
        using var again = Gallery.Open(_folder.File("g"));
        Assert.Equal((101, GalleryIndexKind.FlatInt8), (again.Count, again.Header.Index));
        Assert.Equal(["g", "g.lock"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_writers_are_told_apart_and_readers_are_free()
    {
        using (var writer = Gallery.Create(_folder.File("g"), _header))
        {
            await writer.AddAsync(RandomVectors.Items(3, 5, 8), Cancellation);
            Assert.Contains("another writer has the gallery open", Assert.Throws<IOException>(() => Gallery.Open(_folder.File("g"))).Message, StringComparison.Ordinal);
            using var reader = Gallery.Open(_folder.File("g"), new GalleryOptions { ReadOnly = true });
            Assert.Equal(5, reader.Count);
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.AddAsync(RandomVectors.Items(4, 1, 8, 100), Cancellation));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.RemoveAsync([1], Cancellation));
        }

        using var next = Gallery.Open(_folder.File("g"));
        Assert.Equal(5, next.Count);
    }

    [Fact]
    public void A_name_that_is_taken_and_a_name_that_is_not_there_are_refused()
    {
        Gallery.Create(_folder.File("g"), _header).Dispose();
        Assert.Contains("exists already", Assert.Throws<IOException>(() => Gallery.Create(_folder.File("g"), _header)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Gallery.Open(_folder.File("absent")));
    }

    [Fact]
    public void Vectors_of_another_model_are_refused()
    {
        using var gallery = Gallery.Create(_folder.File("g"), _header);
        gallery.RequireModel("m", "f1", 8);
        gallery.RequireModel("m", "", 8);
        Assert.Contains("f2", Assert.Throws<ModelFormatException>(() => gallery.RequireModel("n", "f2", 8)).Message, StringComparison.Ordinal);
        Assert.Contains("9", Assert.Throws<ModelFormatException>(() => gallery.RequireModel("m", "f1", 9)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_graph_is_used_while_it_fits_and_built_anew_when_it_does_not()
    {
        var items = RandomVectors.Items(5, 2200, 8);
        var options = new GalleryOptions { Hnsw = new HnswOptions { ScanUpTo = 0, SearchBreadth = 256 } };
        using (var gallery = Gallery.Create(_folder.File("g"), _header with { Index = GalleryIndexKind.Hnsw }, options))
        {
            await gallery.AddAsync(items[..2000], Cancellation);
            gallery.SaveGraph();
            await gallery.AddAsync(items[2000..], Cancellation);
            await gallery.RemoveAsync([10, 11], Cancellation);
            await gallery.UpdateAsync([new GalleryItem(12, "twelve", items[10].Vector)], Cancellation);
        }

        foreach (var damage in (bool[])[false, true])
        {
            if (damage)
            {
                FlipBit(_folder.File("g.hnsw"), 5000);
            }

            using var again = Gallery.Open(_folder.File("g"), options);
            Assert.Equal(2198, again.Count);
            Assert.Equal("twelve", again.Search(items[10].Vector, null, Cancellation)[0].Label);
            Assert.Equal(2100, again.Search(items[2100].Vector, null, Cancellation)[0].Id);
            Assert.DoesNotContain(again.Search(items[11].Vector, null, Cancellation), m => m.Id is 10 or 11);
        }
    }

    [Fact]
    public async Task Any_index_can_be_saved_and_filled()
    {
        using var index = new FlatIndex(8, VectorMetric.L2);
        await index.AddAsync(RandomVectors.Items(6, 30, 8), Cancellation);
        await index.SaveAsync(_folder.File("g"), cancellationToken: Cancellation);
        using var other = new FlatIndex(8, VectorMetric.L2);
        await other.LoadAsync(_folder.File("g"), Cancellation);
        Assert.Equal(30, other.Count);
        using var unlike = new FlatIndex(8);
        Assert.Contains("L2", (await Assert.ThrowsAsync<ArgumentException>(() => unlike.LoadAsync(_folder.File("g"), Cancellation))).Message, StringComparison.Ordinal);
    }

    /// <summary>The first file of version 1 that was ever written; it must open for as long as the project lives.</summary>
    [Fact]
    public void The_first_file_of_version_1_opens()
    {
        using var gallery = Gallery.Open(Path.Combine(RepositoryPaths.Root, "tests", "Retrieval", "data", "gallery-v1.bin"), new GalleryOptions { ReadOnly = true });
        Assert.Equal((VectorMetric.Cosine, 4, "first", "f00d"), (gallery.Metric, gallery.Dimensions, gallery.Header.Model, gallery.Header.ModelFingerprint));
        Assert.Equal([(0L, "tea"), (2L, "green tea 绿茶"), (7L, "updated")], gallery.Items().Select(i => (i.Id, i.Label)));
        Assert.Equal(["a/tea 1.jpg", "3.5", "true"], ((string[])["path", "price", "fresh"]).Select(k => gallery.Items().First().Metadata[k].ToString()));
        Assert.Equal(7, gallery.Search(new float[] { 0, 0, 0, 1 }, null, Cancellation)[0].Id);
    }

    private static void FlipBit(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 4;
        File.WriteAllBytes(path, bytes);
    }
}
