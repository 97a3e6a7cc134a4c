using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes;

/// <summary>What every index promises, whatever lies behind it; one subclass an index.</summary>
public abstract class VectorIndexContract
{
    private const int Dimensions = 24;

    /// <summary>An empty index; a test calls it once.</summary>
    protected abstract Task<IVectorIndex> Create(int dimension, VectorMetric metric);

    /// <summary>Largest difference of scores that is rounding.</summary>
    protected virtual double Tolerance => 2e-6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(VectorMetric.Cosine)]
    [InlineData(VectorMetric.InnerProduct)]
    [InlineData(VectorMetric.L2)]
    public async Task Search_finds_what_sorting_everything_finds(VectorMetric metric)
    {
        using var index = await Create(Dimensions, metric);
        var random = new Random(7);
        var items = Enumerable.Range(0, 300).Select(i => new GalleryItem(i * 3, $"item {i}", RandomVectors.Vector(random, Dimensions))).ToArray();
        await index.AddAsync(items, Cancellation);
        Func<float[], float[], double> score = metric switch
        {
            VectorMetric.Cosine => RandomVectors.Cosine,
            VectorMetric.InnerProduct => RandomVectors.Dot,
            _ => RandomVectors.L2Score,
        };
        for (var q = 0; q < 10; q++)
        {
            var query = RandomVectors.Vector(random, Dimensions);
            var expected = RandomVectors.Best(items, query, 7, score);
            var found = await index.SearchAsync(query, new SearchOptions { K = 7, Breadth = 300 }, Cancellation);
            Assert.Equal(expected.Select(e => e.Id), found.Select(f => f.Id));
            Assert.All(found.Zip(expected), p => Assert.Equal(p.Second.Score, p.First.Score, Tolerance * Math.Max(1, Math.Abs(p.Second.Score))));
            Assert.All(found, f => Assert.Equal($"item {f.Id / 3}", f.Label));
        }
    }

    [Fact]
    public async Task Many_queries_at_once_answer_as_one_by_one()
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        await index.AddAsync(RandomVectors.Items(1, 200, Dimensions), Cancellation);
        var random = new Random(2);
        ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(0, 9).Select(_ => (ReadOnlyMemory<float>)RandomVectors.Unit(random, Dimensions))];
        var options = new SearchOptions { K = 5, Breadth = 200 };
        var together = await index.SearchAsync(queries, options, Cancellation);
        Assert.Equal(queries.Length, together.Count);
        for (var q = 0; q < queries.Length; q++)
        {
            var alone = await index.SearchAsync(queries[q], options, Cancellation);
            Assert.Equal(alone.Select(m => (m.Id, m.Score)), together[q].Select(m => (m.Id, m.Score)));
        }

        Assert.Empty(await index.SearchAsync(Array.Empty<ReadOnlyMemory<float>>(), options, Cancellation));
    }

    [Fact]
    public async Task Items_come_back_whole_and_in_order()
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        var items = RandomVectors.Items(3, 40, Dimensions);
        await index.AddAsync([.. items.Reverse()], Cancellation);
        Assert.Equal(40, await index.CountAsync(Cancellation));
        var back = new List<GalleryItem>();
        await foreach (var item in index.ItemsAsync(Cancellation))
        {
            back.Add(item);
        }

        Assert.Equal(items.Select(i => i.Id), back.Select(i => i.Id));
        Assert.All(items.Zip(back), p =>
        {
            Assert.Equal(p.First.Label, p.Second.Label);
            Assert.Equal(p.First.Vector.ToArray(), p.Second.Vector.ToArray());
            Assert.Equal(p.First.Metadata.OrderBy(m => m.Key), p.Second.Metadata.OrderBy(m => m.Key));
        });
        Assert.Null(await index.GetAsync(1000, Cancellation));
        Assert.Equal("label 2", (await index.GetAsync(7, Cancellation))!.Label);
    }

    [Fact]
    public async Task Labels_keep_spaces_and_every_script()
    {
        using var index = await Create(4, VectorMetric.Cosine);
        string[] labels = ["two words", "  edges  ", "tab\there", "东方树叶", "it's \"quoted\"", ""];
        await index.AddAsync([.. labels.Select((l, i) => new GalleryItem(i, l, new float[] { 1, i, 0, 0 }, new Dictionary<string, MetadataValue> { ["p"] = l }))], Cancellation);
        var found = await index.SearchAsync(new float[] { 1, 0, 0, 0 }, null, Cancellation);
        Assert.Equal(labels, found.OrderBy(f => f.Id).Select(f => f.Label));
        Assert.Equal(labels, found.OrderBy(f => f.Id).Select(f => f.Metadata["p"].AsText));
    }

    [Fact]
    public async Task Removed_items_are_gone_and_can_come_back()
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        var items = RandomVectors.Items(4, 60, Dimensions);
        await index.AddAsync(items, Cancellation);
        Assert.Equal(20, await index.RemoveAsync([.. Enumerable.Range(0, 20).Select(i => i * 3L), 999], Cancellation));
        Assert.Equal(40, await index.CountAsync(Cancellation));
        var all = await index.SearchAsync(items[0].Vector, new SearchOptions { K = 60 }, Cancellation);
        Assert.Equal(40, all.Count);
        Assert.DoesNotContain(all, m => m.Id % 3 == 0);
        await index.AddAsync([items[0]], Cancellation);
        Assert.Equal(0, (await index.SearchAsync(items[0].Vector, null, Cancellation))[0].Id);
    }

    [Fact]
    public async Task Update_replaces_label_metadata_and_vector_and_adds_what_is_new()
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        var items = RandomVectors.Items(5, 30, Dimensions);
        await index.AddAsync(items[..20], Cancellation);
        await index.UpdateAsync([new GalleryItem(3, "changed", items[25].Vector), items[21]], Cancellation);
        Assert.Equal(21, await index.CountAsync(Cancellation));
        var best = (await index.SearchAsync(items[25].Vector, null, Cancellation))[0];
        Assert.Equal((3, "changed", 0), (best.Id, best.Label, best.Metadata.Count));
        Assert.Equal(21, (await index.SearchAsync(items[21].Vector, null, Cancellation))[0].Id);
    }

    public static TheoryData<string, Func<GalleryItem, bool>> Filters => new()
    {
        { "tenant=a", i => i.Metadata["tenant"] == "a" },
        { "tenant!=a", i => i.Metadata["tenant"] != "a" },
        { "price>=150", i => i.Metadata["price"].AsNumber >= 150 },
        { "price<=20", i => i.Metadata["price"].AsNumber <= 20 },
        { "tenant>=b", i => string.CompareOrdinal(i.Metadata["tenant"].AsText, "b") >= 0 },
        { "even=true", i => i.Metadata["even"] == true },
        { "label=label 3", i => i.Label == "label 3" },
        { "id=17", i => i.Id == 17 },
        { "id!=17", i => i.Id != 17 },
        { "id>=190", i => i.Id >= 190 },
        { "id<15", i => i.Id < 15 },
        { "label>=label 3", i => string.CompareOrdinal(i.Label, "label 3") >= 0 },
        { "label<label 2", i => string.CompareOrdinal(i.Label, "label 2") < 0 },
        { "price>100", i => i.Metadata["price"].AsNumber > 100 },
        { "price", i => true },
        { "absent", i => false },
        { "absent!=1", i => true },
        { "price=\"17\"", i => false },
        { "tenant>=1", i => false },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public async Task Filters_hold_back_what_they_should(string text, Func<GalleryItem, bool> expected)
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        var items = RandomVectors.Items(6, 200, Dimensions);
        await index.AddAsync(items, Cancellation);
        var query = RandomVectors.Unit(new Random(8), Dimensions);
        var found = await index.SearchAsync(query, new SearchOptions { K = 10, Filter = ItemFilter.Parse(text), Breadth = 200 }, Cancellation);
        Assert.Equal(RandomVectors.Best(items.Where(expected), query, 10, RandomVectors.Cosine).Select(b => b.Id), found.Select(f => f.Id));
    }

    [Fact]
    public async Task Filters_combine()
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        var items = RandomVectors.Items(6, 200, Dimensions);
        await index.AddAsync(items, Cancellation);
        var filter = ItemFilter.All(
            ItemFilter.Any(ItemFilter.Label("label 1", "label 2"), ItemFilter.AnyOf("tenant", "c", "x")),
            ItemFilter.Not(ItemFilter.Range("price", 50, 150)));
        var query = RandomVectors.Unit(new Random(9), Dimensions);
        var found = await index.SearchAsync(query, new SearchOptions { K = 200, Filter = filter }, Cancellation);
        Assert.Equal(RandomVectors.Best(items.Where(filter.Matches), query, 200, RandomVectors.Cosine).Select(b => b.Id), found.Select(f => f.Id));
    }

    [Fact]
    public async Task Equal_scores_come_in_order_of_id()
    {
        using var index = await Create(4, VectorMetric.InnerProduct);
        long[] ids = [9, 2, 40, 7, 1, 33, 5];
        await index.AddAsync([.. ids.Select(id => new GalleryItem(id, "same", new float[] { 1, 2, 3, 4 }))], Cancellation);
        var found = await index.SearchAsync(new float[] { 1, 0, 0, 0 }, new SearchOptions { K = 4 }, Cancellation);
        Assert.Equal([1, 2, 5, 7], found.Select(f => f.Id));
    }

    [Fact]
    public async Task A_least_score_cuts_the_answer()
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        var items = RandomVectors.Items(10, 100, Dimensions);
        await index.AddAsync(items, Cancellation);
        var all = await index.SearchAsync(items[5].Vector, new SearchOptions { K = 100 }, Cancellation);
        var some = await index.SearchAsync(items[5].Vector, new SearchOptions { K = 100, MinScore = 0.1f }, Cancellation);
        Assert.Equal(all.Where(m => m.Score >= 0.1f).Select(m => m.Id), some.Select(m => m.Id));
        Assert.InRange(some.Count, 1, 99);
    }

    [Fact]
    public async Task More_than_there_is_gives_what_there_is()
    {
        using var index = await Create(Dimensions, VectorMetric.Cosine);
        Assert.Empty(await index.SearchAsync(RandomVectors.Unit(new Random(1), Dimensions), null, Cancellation));
        await index.AddAsync(RandomVectors.Items(11, 3, Dimensions), Cancellation);
        Assert.Equal(3, (await index.SearchAsync(RandomVectors.Unit(new Random(1), Dimensions), null, Cancellation)).Count);
    }

    public static TheoryData<string, float[], string> BadVectors => new()
    {
        { "short", [1, 2, 3], "expected 4 values, found 3" },
        { "long", [1, 2, 3, 4, 5], "expected 4 values, found 5" },
        { "empty", [], "expected 4 values, found 0" },
        { "NaN", [1, float.NaN, 0, 0], "NaN at 1" },
        { "infinite", [0, 0, 0, float.NegativeInfinity], "at 3" },
        { "zero", [0, 0, 0, 0], "length zero" },
    };

    [Theory]
    [MemberData(nameof(BadVectors), DisableDiscoveryEnumeration = true)]
    public async Task Bad_vectors_are_refused_and_nothing_is_stored(string name, float[] vector, string message)
    {
        using var index = await Create(4, VectorMetric.Cosine);
        GalleryItem[] items = [new(1, "good", new float[] { 1, 0, 0, 0 }), new(2, name, vector)];
        Assert.Contains(message, (await Assert.ThrowsAnyAsync<ArgumentException>(async () => await index.AddAsync(items, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("item 2", (await Assert.ThrowsAnyAsync<ArgumentException>(async () => await index.UpdateAsync(items, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains(message, (await Assert.ThrowsAnyAsync<ArgumentException>(async () => await index.SearchAsync(vector, null, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Equal(0, await index.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Known_ids_and_ids_that_come_twice_are_refused_and_nothing_is_stored()
    {
        using var index = await Create(4, VectorMetric.Cosine);
        GalleryItem one = new(1, "one", new float[] { 1, 0, 0, 0 }), two = new(2, "two", new float[] { 0, 1, 0, 0 });
        await index.AddAsync([one], Cancellation);
        Assert.Contains("Item 1 already exists", (await Assert.ThrowsAnyAsync<ArgumentException>(async () => await index.AddAsync([two, one], Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("Item 2 occurs twice", (await Assert.ThrowsAnyAsync<ArgumentException>(async () => await index.UpdateAsync([two, two], Cancellation))).Message, StringComparison.Ordinal);
        Assert.Equal(1, await index.CountAsync(Cancellation));
    }

    [Fact]
    public async Task K_below_one_is_refused()
    {
        using var index = await Create(4, VectorMetric.Cosine);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await index.SearchAsync(new float[] { 1, 0, 0, 0 }, new SearchOptions { K = 0 }, Cancellation));
    }
}
