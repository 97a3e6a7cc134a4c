using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.VectorData;
using PPLCNet.Vision.Tests.Retrieval.Indexes;

namespace PPLCNet.Vision.Tests.Retrieval.VectorData;

public sealed class VectorStoreContract : VectorIndexContract
{
    protected override async Task<IVectorIndex> Create(int dimension, VectorMetric metric) => await VectorDataTests.Open(dimension, metric, typeof(long));
}

public sealed class VectorDataTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static Task<VectorStoreIndex> Open(int dimension, VectorMetric metric, Type keyType)
    {
        var options = new VectorStoreIndexOptions
        {
            Dimensions = dimension,
            Metric = metric,
            KeyType = keyType,
            Fields = new Dictionary<string, MetadataKind>
            {
                ["tenant"] = MetadataKind.Text,
                ["price"] = MetadataKind.Number,
                ["even"] = MetadataKind.Flag,
                ["absent"] = MetadataKind.Text,
            },
        };
        return VectorStoreIndex.OpenAsync(new FakeVectorCollection(options.Definition()), options);
    }

    [Theory]
    [InlineData(typeof(ulong))]
    [InlineData(typeof(int))]
    [InlineData(typeof(string))]
    public async Task Keys_may_be_of_the_types_that_stores_have(Type keyType)
    {
        using var index = await Open(8, VectorMetric.Cosine, keyType);
        var items = RandomVectors.Items(1, 30, 8);
        await index.AddAsync(items, Cancellation);
        var options = new SearchOptions { Filter = ItemFilter.Id(3, 12) };
        Assert.Equal([3, 12], (await index.SearchAsync(items[0].Vector, options, Cancellation)).Select(m => m.Id).Order());
        Assert.Equal(2, await index.RemoveAsync([3, 12, 99], Cancellation));
        Assert.Equal(28, await index.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Filters_find_what_they_find_in_memory_although_stores_know_null_and_translate_little()
    {
        using var index = await Open(8, VectorMetric.Cosine, typeof(long));
        using var flat = new FlatIndex(8);
        GalleryItem[] items = [.. RandomVectors.Items(3, 60, 8).Select((i, n) => new GalleryItem(i.Id, i.Label, i.Vector, n % 4 == 0 ? null : i.Metadata))];
        await index.AddAsync(items, Cancellation);
        await flat.AddAsync(items, Cancellation);
        var price = items.First(i => i.Metadata.ContainsKey("price")).Metadata["price"];
        ItemFilter[] filters =
        [
            ItemFilter.Equal("price", price), ItemFilter.Not(ItemFilter.Equal("price", price)), ItemFilter.Not(ItemFilter.Range("price", 10, 20)),
            ItemFilter.Not(ItemFilter.Equal("even", true)), ItemFilter.Not(ItemFilter.Not(ItemFilter.Equal("tenant", "a"))), ItemFilter.AnyOf("price", 1, 5, "x"),
            ItemFilter.Range("tenant", "a", "b"), ItemFilter.Not(ItemFilter.Range("tenant", "b", null)), ItemFilter.Id(3, 7), ItemFilter.Not(ItemFilter.Id(3)),
            ItemFilter.All(ItemFilter.Label("label 1"), ItemFilter.Range("tenant", null, "a"), ItemFilter.Not(ItemFilter.Equal("price", price))),
            ItemFilter.Any(ItemFilter.Id(4), ItemFilter.Equal("price", price)), ItemFilter.All(), ItemFilter.Any(), ItemFilter.Not(ItemFilter.Any()), ItemFilter.Label(),
            ItemFilter.Not(ItemFilter.Has("absent")), ItemFilter.Equal("price", "text"),
        ];
        foreach (var filter in filters)
        {
            foreach (var k in (int[])[3, 100])
            {
                var search = new SearchOptions { K = k, Filter = filter };
                var (expected, found) = (await flat.SearchAsync(items[0].Vector, search, Cancellation), await index.SearchAsync(items[0].Vector, search, Cancellation));
                Assert.Equal((filter, k, string.Join(' ', expected.Select(m => m.Id))), (filter, k, string.Join(' ', found.Select(m => m.Id))));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_is_read_from_stores_that_order_by_no_key(bool ordersByKey)
    {
        var options = new VectorStoreIndexOptions { Dimensions = 4 };
        using var index = await VectorStoreIndex.OpenAsync(new FakeVectorCollection(options.Definition(), ordersByKey), options, Cancellation);
        await index.AddAsync(RandomVectors.Items(4, 2500, 4), Cancellation);
        Assert.Equal(2500, await index.CountAsync(Cancellation));
        Assert.Equal(Enumerable.Range(0, 2500).Select(i => (long)i), await index.ItemsAsync(Cancellation).Select(i => i.Id).ToArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_distance_that_the_store_lacks_is_refused_when_the_index_opens()
    {
        var options = new VectorStoreIndexOptions { Dimensions = 4, Metric = VectorMetric.L2, DistanceFunction = DistanceFunction.EuclideanSquaredDistance };
        await Assert.ThrowsAsync<NotSupportedException>(() => VectorStoreIndex.OpenAsync(new FakeVectorCollection(options.Definition()), options, Cancellation));
        var wrong = options with { DistanceFunction = DistanceFunction.CosineSimilarity };
        await Assert.ThrowsAsync<ArgumentException>(() => VectorStoreIndex.OpenAsync(new FakeVectorCollection(wrong.Definition()), wrong, Cancellation));
    }

    [Fact]
    public async Task Records_name_their_model_and_another_model_is_refused()
    {
        var options = new VectorStoreIndexOptions { Dimensions = 4, Model = new VectorModel("m", "f1") };
        var store = new FakeVectorCollection(options.Definition());
        using var index = await VectorStoreIndex.OpenAsync(store, options, Cancellation);
        var items = RandomVectors.Items(5, 3, 4);
        await index.AddAsync(items, Cancellation);
        Assert.Equal(items[1].Metadata.OrderBy(m => m.Key), (await index.GetAsync(1, Cancellation))!.Metadata.OrderBy(m => m.Key));
        await Assert.ThrowsAsync<ModelFormatException>(() => VectorStoreIndex.OpenAsync(store, options with { Model = new VectorModel("n", "f2") }, Cancellation));
        using var trusting = await VectorStoreIndex.OpenAsync(store, options with { Model = VectorModel.Unknown }, Cancellation);
        Assert.Equal(3, (await trusting.SearchAsync(items[0].Vector, null, Cancellation)).Count);
        var reserved = new GalleryItem(9, "x", items[0].Vector, new Dictionary<string, MetadataValue> { ["$model"] = "mine" });
        await Assert.ThrowsAsync<ArgumentException>(async () => await index.AddAsync([reserved], Cancellation));
    }

    [Fact]
    public async Task A_filter_over_a_field_that_was_not_named_is_refused()
    {
        using var index = await Open(8, VectorMetric.Cosine, typeof(long));
        var options = new SearchOptions { Filter = ItemFilter.Equal("colour", "red") };
        Assert.Contains("colour", (await Assert.ThrowsAsync<ArgumentException>(async () => await index.SearchAsync(new float[] { 1, 0, 0, 0, 0, 0, 0, 0 }, options, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_index_is_a_collection_to_others()
    {
        using var index = new FlatIndex(8);
        using var collection = new GalleryCollection("things", index);
        var items = RandomVectors.Items(2, 40, 8);
        await collection.UpsertAsync(items.Select(i => new GalleryRecord { Id = i.Id, Label = i.Label, Metadata = i.Metadata, Vector = i.Vector }), Cancellation);
        Assert.True(await collection.CollectionExistsAsync(Cancellation));
        Assert.Equal(40, index.Count);

        var record = await collection.GetAsync(7, null, Cancellation);
        Assert.Equal(("label 2", 0), (record!.Label, record.Vector.Length));
        Assert.Equal(8, (await collection.GetAsync(7, new RecordRetrievalOptions { IncludeVectors = true }, Cancellation))!.Vector.Length);
        Assert.Null(await collection.GetAsync(77, null, Cancellation));
        var several = await collection.GetAsync(new long[] { 3, 5, 99 }, null, Cancellation).Select(r => r.Id).ToArrayAsync(Cancellation);
        Assert.Equal([3, 5], several);

        var search = new VectorSearchOptions<GalleryRecord> { Filter = r => r.Label == "label 1" && r.Metadata["price"].AsNumber > 10, Skip = 1, IncludeVectors = true };
        var found = await collection.SearchAsync(items[0].Vector, 3, search, Cancellation).ToArrayAsync(Cancellation);
        var expected = RandomVectors.Best(items.Where(i => i.Label == "label 1" && i.Id > 10), items[0].Vector, 4, RandomVectors.Cosine)[1..];
        Assert.Equal(expected.Select(e => e.Id), found.Select(f => f.Record.Id));
        Assert.All(found.Zip(expected), p => Assert.Equal(p.Second.Score, p.First.Score!.Value, 1e-5));
        Assert.All(found, f => Assert.Equal(8, f.Record.Vector.Length));
        Assert.Equal(0, (await collection.SearchAsync(new Embedding<float>(items[0].Vector), 1, null, Cancellation).SingleAsync(Cancellation)).Record.Id);
        Assert.Single(await collection.SearchAsync(items[0].Vector.ToArray(), 40, new() { ScoreThreshold = 0.999 }, Cancellation).ToArrayAsync(Cancellation));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await collection.SearchAsync("text", 1, null, Cancellation).ToArrayAsync(Cancellation));

        var listed = await collection.GetAsync(r => r.Id < 10, 3, new() { Skip = 2, OrderBy = o => o.Descending(r => r.Id) }, Cancellation).ToArrayAsync(Cancellation);
        Assert.Equal([7, 6, 5], listed.Select(r => r.Id));

        await collection.DeleteAsync(new long[] { 1, 2 }, Cancellation);
        Assert.Equal(38, index.Count);
        await collection.EnsureCollectionDeletedAsync(Cancellation);
        Assert.Equal(0, index.Count);
        Assert.Same(index, collection.GetService(typeof(IVectorIndex)));
        Assert.Equal("things", ((VectorStoreCollectionMetadata)collection.GetService(typeof(VectorStoreCollectionMetadata))!).CollectionName);
    }
}
