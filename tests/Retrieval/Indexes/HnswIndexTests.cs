using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes;

/// <summary>The contract with the graph in use even for the few items of its tests.</summary>
public sealed class HnswContract : VectorIndexContract
{
    // Many links and one thread: the graph is the same every time and leads everywhere, so that the contract's exact answers
    // can be asked of it.
    private static readonly HnswOptions _options = new() { ScanUpTo = 0, SearchBreadth = 128, Precision = HnswPrecision.Float32, Connectivity = 64, BuildThreads = 1 };

    protected override Task<IVectorIndex> Create(int dimension, VectorMetric metric) => Task.FromResult<IVectorIndex>(new HnswIndex(dimension, metric, _options));
}

public sealed class HnswIndexTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<Enum> Precisions => [.. Enum.GetValues<HnswPrecision>().Select(p => (Enum)p)];

    [Theory]
    [MemberData(nameof(Precisions))]
    public async Task Recall_is_high_and_scores_are_those_of_the_exact_index(Enum kind)
    {
        var precision = (HnswPrecision)kind;
        var items = RandomVectors.Items(1, 1500, 32);
        using var flat = new FlatIndex(32);
        using var hnsw = new HnswIndex(32, VectorMetric.Cosine, new HnswOptions { Precision = precision, BuildBreadth = 64 });
        await flat.AddAsync(items, Cancellation);
        await hnsw.AddAsync(items, Cancellation);
        var random = new Random(2);
        var hits = 0;
        for (var q = 0; q < 50; q++)
        {
            var query = RandomVectors.Unit(random, 32);
            var exact = flat.Search(query, null, Cancellation).ToDictionary(m => m.Id, m => m.Score);
            var found = hnsw.Search(query, null, Cancellation);
            Assert.Equal(10, found.Count);
            hits += found.Count(m => exact.TryGetValue(m.Id, out var score) && score == m.Score);
        }

        Assert.InRange(hits / 500.0, 0.9, 1);
    }

    [Fact]
    public async Task Removed_items_are_never_found_and_the_graph_is_renewed_when_it_is_worn()
    {
        var items = RandomVectors.Items(3, 2500, 16);
        using var hnsw = new HnswIndex(16, VectorMetric.Cosine, new HnswOptions { ScanUpTo = 0, BuildBreadth = 64 });
        await hnsw.AddAsync(items, Cancellation);
        var before = hnsw.Bytes;
        for (var from = 0; from < 2000; from += 400)
        {
            await hnsw.RemoveAsync([.. items[from..(from + 400)].Select(i => i.Id)], Cancellation);
            var found = hnsw.Search(items[from].Vector, new SearchOptions { K = 20 }, Cancellation);
            Assert.Equal(20, found.Count);
            Assert.All(found, m => Assert.InRange(m.Id, from + 400, 2499));
        }

        Assert.Equal(500, hnsw.Count);
        Assert.InRange(hnsw.Bytes, 1, before);
        Assert.Equal(2222, hnsw.Search(items[2222].Vector, null, Cancellation)[0].Id);
    }

    [Theory]
    [InlineData("id=777", 1)]
    [InlineData("price<=30", 10)]
    [InlineData("tenant=a", 10)]
    public async Task Narrow_and_wide_filters_are_filled(string filter, int count)
    {
        var items = RandomVectors.Items(4, 2000, 16);
        using var flat = new FlatIndex(16);
        using var hnsw = new HnswIndex(16, VectorMetric.Cosine, new HnswOptions { SearchBreadth = 200, BuildBreadth = 64 });
        await flat.AddAsync(items, Cancellation);
        await hnsw.AddAsync(items, Cancellation);
        var options = new SearchOptions { Filter = ItemFilter.Parse(filter) };
        var found = hnsw.Search(items[5].Vector, options, Cancellation);
        Assert.Equal(count, found.Count);
        var exact = flat.Search(items[5].Vector, options, Cancellation).Select(m => m.Id).ToHashSet();
        Assert.InRange(found.Count(m => exact.Contains(m.Id)), count * 8 / 10, count);
    }

    [Fact]
    public async Task A_filter_that_throws_does_so_to_its_caller()
    {
        using var hnsw = new HnswIndex(8, VectorMetric.Cosine, new HnswOptions { ScanUpTo = 0 });
        await hnsw.AddAsync(RandomVectors.Items(5, 2000, 8), Cancellation);
        var calls = 0;
        var filter = ItemFilter.Where((_, _, _) => ++calls < 700 ? true : throw new TimeZoneNotFoundException("mine"));
        Assert.Throws<TimeZoneNotFoundException>(() => hnsw.Search(new float[] { 1, 0, 0, 0, 0, 0, 0, 0 }, new SearchOptions { Filter = filter, Breadth = 400 }, Cancellation));
    }

    [Fact]
    public async Task More_searches_at_once_than_processors_answer_as_one_by_one()
    {
        var items = RandomVectors.Items(6, 2000, 16);
        using var hnsw = new HnswIndex(16);
        await hnsw.AddAsync(items, Cancellation);
        (long, float)[] Answer(int i) => [.. hnsw.Search(items[i].Vector, null, CancellationToken.None).Select(m => (m.Id, m.Score))];
        var alone = Enumerable.Range(0, items.Length).Select(Answer).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount * 4).Select(t => Task.Run(
            () =>
            {
                for (var i = t; i < items.Length; i += 7)
                {
                    Assert.Equal(alone[i], Answer(i));
                }
            },
            Cancellation)));
    }

    [Fact]
    public async Task One_thread_makes_the_same_graph_every_time()
    {
        var items = RandomVectors.Items(7, 500, 16);
        byte[]? first = null;
        for (var run = 0; run < 2; run++)
        {
            using var hnsw = new HnswIndex(16, VectorMetric.Cosine, new HnswOptions { BuildThreads = 1 });
            await hnsw.AddAsync(items, Cancellation);
            using var saved = hnsw.Save().Graph;
            var graph = saved.Span(0, (int)saved.Length).ToArray();
            Assert.Equal(first ?? graph, graph);
            first = graph;
        }
    }
}
