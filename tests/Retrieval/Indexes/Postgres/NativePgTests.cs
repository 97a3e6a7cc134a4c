using Npgsql;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Postgres;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes.Postgres;

/// <summary>What only the real server shows: its plans, its roles, its locks, and how far its index scans go.</summary>
[Collection(nameof(NativePgServer))]
public sealed class NativePgTests(NativePgServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unfiltered_search_runs_over_the_HNSW_index_and_orders_ties_by_id()
    {
        var options = new PgVectorOptions { Dimensions = 4, Table = server.NewTable() };
        using var index = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation);
        await Fill(options, 5000);
        var query = (await index.GetAsync(500, Cancellation))!.Vector;
        await index.UpdateAsync([new GalleryItem(20, "copy", query), new GalleryItem(700, "copy", query)], Cancellation);
        var found = await index.SearchAsync(query, new SearchOptions { K = 3 }, Cancellation);
        Assert.Equal([20, 500, 700], found.Select(m => m.Id));
        var plan = Assert.Single(await server.PlansAsync(options.Table), p => p.Contains("<#>", StringComparison.Ordinal));
        Assert.Contains($"Index Scan using {options.Table}_embedding", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_few_items_far_from_the_query_pass_still_finds_k()
    {
        const int passing = 40;
        var options = new PgVectorOptions { Dimensions = 4, Table = server.NewTable(), Connectivity = 8 };
        using var index = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation);

        await Fill(options, 25_000);
        float[] query = [1, 0, 0, 0];
        var rare = ItemFilter.Equal("shop", "rare");
        var all = await index.SearchAsync(query, new SearchOptions { K = 1000, Filter = rare }, Cancellation);
        Assert.Equal(passing, all.Count);

        // Exactly over the few at once; and through the graph first, which gives up, and exactly then.
        using var throughTheGraph = await PgVectorIndex.OpenAsync(server.Connection, options with { ScanUpTo = 0 }, Cancellation);
        foreach (var each in (PgVectorIndex[])[index, throughTheGraph])
        {
            foreach (var filter in (ItemFilter[])[rare, ItemFilter.Not(ItemFilter.Equal("shop", "common")), ItemFilter.Range("shop", "r", null)])
            {
                var found = await each.SearchAsync(query, new SearchOptions { K = 10, Filter = filter }, Cancellation);
                Assert.Equal(10, found.Count);
                Assert.All(found, m => Assert.Equal("rare", m.Metadata["shop"].AsText));
                Assert.True(each != index || found.Select(m => m.Id).SequenceEqual(all.Take(10).Select(m => m.Id)));
            }

            Assert.Equal(passing, (await each.SearchAsync(query, new SearchOptions { K = 1000, Filter = rare }, Cancellation)).Count);
        }
    }

    [Fact]
    public async Task Writers_of_the_same_items_in_opposite_orders_do_not_lock_each_other_out()
    {
        using var index = await PgVectorIndex.OpenAsync(server.Connection, new PgVectorOptions { Dimensions = 4, Table = server.NewTable() }, Cancellation);
        var items = RandomVectors.Items(4, 60, 4);
        GalleryItem[] backwards = [.. items.Reverse()];
        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(
                index.UpdateAsync(items, Cancellation).AsTask(),
                index.UpdateAsync(backwards, Cancellation).AsTask(),
                index.RemoveAsync([.. backwards.Select(i => i.Id)], Cancellation).AsTask());
        }

        Assert.InRange(await index.CountAsync(Cancellation), 0, 60);
    }

    [Fact]
    public async Task A_role_that_may_only_read_opens_and_searches()
    {
        var options = new PgVectorOptions { Dimensions = 8, Table = server.NewTable(), Model = new VectorModel("m", "f1") };
        var items = RandomVectors.Items(5, 50, 8);
        using (var owner = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation))
        {
            await owner.AddAsync(items, Cancellation);
        }

        var (role, asReader) = ($"reader_{options.Table}", server.Connection.Replace("Username=postgres", $"Username=reader_{options.Table}", StringComparison.Ordinal));
        await server.Execute($"CREATE ROLE {role} LOGIN; GRANT SELECT ON {options.Table} TO {role}");
        var error = await Assert.ThrowsAsync<ModelFormatException>(() => PgVectorIndex.OpenAsync(asReader, options, Cancellation));
        Assert.Contains("pplcnet_galleries", error.Message, StringComparison.Ordinal);

        await server.Execute($"GRANT SELECT ON pplcnet_galleries TO {role}");
        using var reader = await PgVectorIndex.OpenAsync(asReader, options, Cancellation);
        Assert.Equal(0, (await reader.SearchAsync(items[0].Vector, new SearchOptions { Filter = ItemFilter.Id(0, 1) }, Cancellation))[0].Id);
        Assert.Equal(50, await reader.CountAsync(Cancellation));
        await Assert.ThrowsAsync<PostgresException>(async () => await reader.RemoveAsync([1], Cancellation));

        // Where there is something to make or to bring up to date, the role's rights are what is missing.
        var missing = await Assert.ThrowsAsync<ModelFormatException>(() => PgVectorIndex.OpenAsync(asReader, options with { Table = server.NewTable() }, Cancellation));
        Assert.Contains("a role that may not", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_see_every_write_whole_while_one_writer_writes()
    {
        const int count = 40, rounds = 25;
        using var index = await PgVectorIndex.OpenAsync(server.Connection, new PgVectorOptions { Dimensions = 4, Table = server.NewTable() }, Cancellation);
        GalleryItem[] Round(int round) => [.. Enumerable.Range(0, count).Select(i => new GalleryItem(i, $"round {round}", new float[] { 1, i, round, 0 }))];
        await index.AddAsync(Round(0), Cancellation);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        async Task Read()
        {
            ReadOnlyMemory<float>[] queries = [new float[] { 1, 0, 0, 0 }, new float[] { 0, 1, 0, 0 }, new float[] { 0, 0, 0, 1 }];
            while (!done.IsCancellationRequested)
            {
                // One search of several queries sees one state of the table.
                var answers = await index.SearchAsync(queries, new SearchOptions { K = count }, Cancellation);
                Assert.All(answers, a => Assert.Equal(count, a.Count));
                Assert.Single(answers.SelectMany(a => a).Select(m => m.Label).Distinct());
            }
        }

        Task[] readers = [Task.Run(Read, Cancellation), Task.Run(Read, Cancellation)];
        for (var round = 1; round <= rounds; round++)
        {
            await index.UpdateAsync(Round(round), Cancellation);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal($"round {rounds}", (await index.GetAsync(3, Cancellation))!.Label);
    }

    /// <summary>Fills a table by the server itself, and builds the graph over all at once: item by item it would take most of the
    /// time of all tests.
    /// Every 625th item is rare, and lies on the side away from (1, 0, 0, 0).</summary>
    private Task<object?> Fill(PgVectorOptions options, int count) => server.Execute($"""
        DROP INDEX {options.Table}_embedding;
        INSERT INTO {options.Table} SELECT i, 'x', jsonb_build_object('shop', CASE WHEN i % 625 = 0 THEN 'rare' ELSE 'common' END),
            l2_normalize(ARRAY[CASE WHEN i % 625 = 0 THEN -2 ELSE 1 END, sin(i), cos(i * 1.7), sin(i * 0.37)]::vector) FROM generate_series(0, {count - 1}) i;
        CREATE INDEX {options.Table}_embedding ON {options.Table} USING hnsw (embedding vector_ip_ops) WITH (m = 8, ef_construction = 32);
        ANALYZE {options.Table}
        """);
}
