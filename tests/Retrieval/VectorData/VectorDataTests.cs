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
