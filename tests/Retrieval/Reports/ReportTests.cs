using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Reports;
using PPLCNet.Vision.Tests.Retrieval.Indexes;

namespace PPLCNet.Vision.Tests.Retrieval.Reports;

public sealed class ReportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Near_duplicates_are_found_once_each()
    {
        using var index = new FlatIndex(32);
        var items = RandomVectors.Items(1, 150, 32);
        await index.AddAsync(items, Cancellation);
        var near = items[9].Vector.ToArray();
        near[0] += 0.01f;
        await index.AddAsync([new GalleryItem(500, items[3].Label, items[3].Vector), new GalleryItem(501, "other", near)], Cancellation);
        var looked = new Seen();
        var pairs = await NearDuplicates.FindAsync(index, 0.99f, 5, looked, Cancellation).ToArrayAsync(Cancellation);
        Assert.Equal([(3L, 500L, false), (9L, 501L, true)], pairs.Select(p => (p.First.Id, p.Second.Id, p.LabelsDiffer)));
        Assert.All(pairs, p => Assert.InRange(p.Score, 0.99f, 1.0001f));
        Assert.Equal(152, looked.Last);
    }

    [Fact]
    public async Task Quality_of_an_exact_index_is_perfect_and_of_a_graph_grows_with_breadth()
    {
        var items = RandomVectors.Items(2, 1500, 24);
        using var flat = new FlatIndex(24);
        await flat.AddAsync(items, Cancellation);
        var perfect = await AnnQuality.MeasureAsync(flat, queries: 20, cancellationToken: Cancellation);
        Assert.All(perfect.Rows, r => Assert.Equal(1, r.Recall));
        Assert.Equal(16, perfect.Suggest(0.999));

        using var hnsw = new HnswIndex(24, VectorMetric.Cosine, new HnswOptions { ScanUpTo = 0, BuildBreadth = 32, Connectivity = 4, BuildThreads = 1 });
        await hnsw.AddAsync(items, Cancellation);
        var quality = await AnnQuality.MeasureAsync(hnsw, queries: 40, cancellationToken: Cancellation);
        Assert.True(quality.Rows[0].Recall < quality.Rows[^1].Recall, string.Join(' ', quality.Rows));
        Assert.Null(quality.Suggest(1.1));
        await Assert.ThrowsAsync<ArgumentException>(() => AnnQuality.MeasureAsync(new FlatIndex(4), cancellationToken: Cancellation));
    }

    private sealed class Seen : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value) => Last = value;
    }
}
