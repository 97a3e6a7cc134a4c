using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.VectorData;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes;

/// <summary>Numbers at the end of their range, and filters that use the index that asks them.</summary>
public sealed class IndexLimitsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Everything above a score, for many queries at once: queries times items is more than an array holds.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_match_of_many_queries(int threads)
    {
        using var index = new FlatIndex(2, VectorMetric.InnerProduct, new FlatIndexOptions { Threads = threads });
        await index.AddAsync([.. Enumerable.Range(0, 72_000).Select(i => new GalleryItem(i, "", new float[] { i, 1 }))], Cancellation);
        var queries = Enumerable.Range(0, 30_001).Select(q => (ReadOnlyMemory<float>)new float[] { 1, -(q % 7) }).ToArray();
        var options = new SearchOptions { K = int.MaxValue, MinScore = 71_990 };
        var found = index.Search(queries, options, Cancellation);
        for (var q = 0; q < queries.Length; q++)
        {
            Assert.Equal(Enumerable.Range(0, 10 - (q % 7)).Select(i => 71_999L - i), found[q].Select(m => m.Id));
        }
    }

    [Fact]
    public async Task After_the_highest_id_there_is_no_next()
    {
        using var folder = new TemporaryFolder();
        using var gallery = Gallery.Create(folder.File("g"), new GalleryHeader { Dimensions = 2 });
        await gallery.AddAsync([new GalleryItem(long.MaxValue - 1, "", new float[] { 1, 0 })], Cancellation);
        Assert.Equal(long.MaxValue, gallery.NextId());
        await gallery.AddAsync([new GalleryItem(long.MaxValue, "", new float[] { 0, 1 })], Cancellation);
        Assert.Throws<InvalidOperationException>(() => gallery.NextId());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_filter_may_read_the_index_that_asks_it_while_others_write(int threads)
    {
        using var index = new FlatIndex(8, options: new FlatIndexOptions { Threads = threads });
        var items = RandomVectors.Items(1, 20_000, 8);
        await index.AddAsync(items, Cancellation);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await index.UpdateAsync([items[0]]);
                }
            },
            Cancellation);
        var filter = ItemFilter.Where((id, _, _) => index.GetAsync(id).AsTask().GetAwaiter().GetResult()!.Label == "label 3");
        for (var i = 0; i < 20; i++)
        {
            var found = await Task.Run(() => index.Search(items[i].Vector, new SearchOptions { Filter = filter }, Cancellation), Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
            Assert.Equal(10, found.Count(m => m.Label == "label 3"));
        }

        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task A_filter_that_writes_is_refused()
    {
        using var flat = new FlatIndex(8);
        using var hnsw = new HnswIndex(8, options: new HnswOptions { ScanUpTo = 0 });
        foreach (var index in (IVectorIndex[])[flat, hnsw])
        {
            var items = RandomVectors.Items(1, 500, 8);
            await index.AddAsync(items, Cancellation);
            var filter = ItemFilter.Where((id, _, _) => index.RemoveAsync([id]).AsTask().GetAwaiter().GetResult() > 0);
            Assert.Throws<InvalidOperationException>(() => index.Search(items[0].Vector, new SearchOptions { Filter = filter }, Cancellation));
            Assert.Equal(500, await index.CountAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Skipping_before_all_that_is_left()
    {
        using var index = new FlatIndex(8);
        await index.AddAsync(RandomVectors.Items(1, 5, 8), Cancellation);
        var collection = new GalleryCollection("things", index);
        var found = collection.SearchAsync(RandomVectors.Items(2, 1, 8)[0].Vector, int.MaxValue, new() { Skip = 1 }, Cancellation);
        Assert.Equal(4, await found.CountAsync(Cancellation));
    }
}
