using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes;

public sealed class FlatFloat32Contract : VectorIndexContract
{
    protected override Task<IVectorIndex> Create(int dimension, VectorMetric metric) => Task.FromResult<IVectorIndex>(new FlatIndex(dimension, metric));
}

public sealed class FlatInt8Contract : VectorIndexContract
{
    protected override Task<IVectorIndex> Create(int dimension, VectorMetric metric) =>
        Task.FromResult<IVectorIndex>(new FlatIndex(dimension, metric, new FlatIndexOptions { Precision = FlatPrecision.Int8 }));
}

public sealed class FlatTwoThreadsContract : VectorIndexContract
{
    protected override Task<IVectorIndex> Create(int dimension, VectorMetric metric) =>
        Task.FromResult<IVectorIndex>(new FlatIndex(dimension, metric, new FlatIndexOptions { Threads = 2 }));
}

public sealed class FlatIndexTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Sizes around every boundary: groups of four rows, tiles, blocks; dimensions that need padding and that do not.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(16, 64)]
    [InlineData(17, 67)]
    [InlineData(512, 300)]
    [InlineData(100, 12_000)]
    public async Task Int8_and_threads_give_the_scores_of_float32_to_the_last_bit(int dimension, int count)
    {
        var items = RandomVectors.Items(dimension, count, dimension);
        using var plain = new FlatIndex(dimension);
        using var int8 = new FlatIndex(dimension, VectorMetric.Cosine, new FlatIndexOptions { Precision = FlatPrecision.Int8 });
        using var threads = new FlatIndex(dimension, VectorMetric.Cosine, new FlatIndexOptions { Threads = 3 });
        var random = new Random(1);
        ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(0, 6).Select(_ => (ReadOnlyMemory<float>)RandomVectors.Unit(random, dimension))];
        var options = new SearchOptions { K = 20 };
        await plain.AddAsync(items, Cancellation);
        var expected = plain.Search(queries, options, Cancellation).Select(a => a.Select(m => (m.Id, m.Score)).ToArray()).ToArray();
        foreach (var index in (FlatIndex[])[int8, threads])
        {
            await index.AddAsync(items, Cancellation);
            Assert.Equal(expected, index.Search(queries, options, Cancellation).Select(a => a.Select(m => (m.Id, m.Score)).ToArray()));
            Assert.Equal(expected[0], index.Search(queries[0], options, Cancellation).Select(m => (m.Id, m.Score)));
            Assert.Equal([.. expected, .. expected], index.Search([.. queries, .. queries], options, Cancellation).Select(a => a.Select(m => (m.Id, m.Score)).ToArray()));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Random_adds_updates_and_removals_leave_what_a_dictionary_holds(int seed)
    {
        var random = new Random(seed);
        var truth = new Dictionary<long, GalleryItem>();
        using var index = new FlatIndex(19, VectorMetric.L2, new FlatIndexOptions { Precision = FlatPrecision.Int8 });
        for (var step = 0; step < 200; step++)
        {
            long[] ids = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.NextInt64(60)).Distinct()];
            if (random.Next(3) == 0)
            {
                var there = ids.Count(truth.ContainsKey);
                Assert.Equal(there, await index.RemoveAsync(ids, Cancellation));
                Array.ForEach(ids, id => truth.Remove(id));
            }
            else
            {
                GalleryItem[] items = [.. ids.Select(id => new GalleryItem(id, $"v{step}", RandomVectors.Vector(random, 19)))];
                await index.UpdateAsync(items, Cancellation);
                Array.ForEach(items, i => truth[i.Id] = i);
            }

            var query = RandomVectors.Vector(random, 19);
            var found = index.Search(query, new SearchOptions { K = 5 }, Cancellation);
            var expected = RandomVectors.Best(truth.Values, query, 5, RandomVectors.L2Score);
            Assert.True(expected.Select(e => e.Id).SequenceEqual(found.Select(f => f.Id)), $"seed {seed}, step {step}");
            Assert.All(found, f => Assert.Equal(truth[f.Id].Label, f.Label));
        }

        Assert.Equal(truth.Count, index.Count);
    }

    [Fact]
    public void Every_kernel_computes_the_same_integers()
    {
        var random = new Random(5);
        const int stride = 128;
        var rows = new byte[3 * stride];
        random.NextBytes(rows);
        sbyte[] a = [.. Enumerable.Range(0, stride).Select(_ => (sbyte)random.Next(-127, 128))], b = [.. Enumerable.Repeat((sbyte)-127, stride)];
        int[] coarse = new int[3], fine = new int[3];
        Int8Kernel.Run(in rows[0], stride, a, b, coarse, fine);
        for (var r = 0; r < 3; r++)
        {
            Assert.Equal(Int8Kernel.Plain(ref rows[r * stride], stride, ref a[0], ref b[0]), (coarse[r], fine[r]));
            Assert.Equal(Int8Kernel.Widened(ref rows[r * stride], stride, ref a[0], ref b[0]), (coarse[r], fine[r]));
        }
    }

    [Fact]
    public async Task Searches_run_while_items_come_and_go()
    {
        using var index = new FlatIndex(32);
        var items = RandomVectors.Items(20, 400, 32);
        await index.AddAsync(items[..200], Cancellation);
        using var done = new CancellationTokenSource();
        var searches = Enumerable.Range(0, 3).Select(_ => Task.Run(
            () =>
            {
                var count = 0;
                do
                {
                    var found = index.Search(items[0].Vector, null, CancellationToken.None);
                    Assert.Equal((0L, 10), (found[0].Id, found.Count));
                    count++;
                }
                while (!done.IsCancellationRequested);

                return count;
            },
            Cancellation)).ToArray();
        for (var round = 0; round < 50; round++)
        {
            await index.AddAsync(items[200..], Cancellation);
            await index.RemoveAsync([.. items[200..].Select(i => i.Id)], Cancellation);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(searches), count => Assert.InRange(count, 1, int.MaxValue));
    }

    [Fact]
    public async Task Cancelled_searches_end()
    {
        using var index = new FlatIndex(4, VectorMetric.Cosine, new FlatIndexOptions { Threads = 2 });
        await index.AddAsync(RandomVectors.Items(1, 10, 4), Cancellation);
        Assert.ThrowsAny<OperationCanceledException>(() => index.Search(new float[] { 1, 0, 0, 0 }, null, new CancellationToken(canceled: true)));
    }
}
