using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Postgres;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes.Postgres;

[CollectionDefinition(nameof(PgServer))]
public sealed class PgServerCollection : ICollectionFixture<PgServer>;

[CollectionDefinition(nameof(NativePgServer))]
public sealed class NativePgServerCollection : ICollectionFixture<NativePgServer>;

[Collection(nameof(PgServer))]
public sealed class PgVectorContract(PgServer server) : PgContract(server);

[Collection(nameof(NativePgServer))]
public sealed class NativePgVectorContract(NativePgServer server) : PgContract(server);

public abstract class PgContract(PgTestServer server) : VectorIndexContract
{
    protected override double Tolerance => 1e-5;

    protected override async Task<IVectorIndex> Create(int dimension, VectorMetric metric) =>
        await PgVectorIndex.OpenAsync(server.Connection, new PgVectorOptions { Dimensions = dimension, Metric = metric, Table = server.NewTable() });
}

[Collection(nameof(PgServer))]
public sealed class PgVectorIndexTests(PgServer server) : PgIndexTests(server);

[Collection(nameof(NativePgServer))]
public sealed class NativePgVectorIndexTests(NativePgServer server) : PgIndexTests(server);

public abstract class PgIndexTests(PgTestServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opening_again_finds_what_is_there_and_refuses_another_shape()
    {
        var options = new PgVectorOptions { Dimensions = 8, Table = server.NewTable() };
        using (var index = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation))
        {
            await index.AddAsync(RandomVectors.Items(1, 5, 8), Cancellation);
        }

        using (var again = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation))
        {
            Assert.Equal(5, await again.CountAsync(Cancellation));
        }

        var error = await Assert.ThrowsAsync<ModelFormatException>(() => PgVectorIndex.OpenAsync(server.Connection, options with { Dimensions = 9 }, Cancellation));
        Assert.Contains("vectors of 9 values", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModelFormatException>(() => PgVectorIndex.OpenAsync(server.Connection, options with { Metric = VectorMetric.L2 }, Cancellation));
    }

    [Fact]
    public async Task Older_tables_are_migrated_and_newer_ones_refused()
    {
        var options = new PgVectorOptions { Dimensions = 8, Table = server.NewTable() };
        using (var index = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation))
        {
            await index.AddAsync(RandomVectors.Items(1, 5, 8), Cancellation);
        }

        await server.Execute($"DROP INDEX {options.Table}_embedding; DROP INDEX {options.Table}_label; DROP INDEX {options.Table}_metadata; UPDATE pplcnet_galleries SET version = 1 WHERE name = '{options.Table}'");
        using (var index = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation))
        {
            Assert.Equal(5, await index.CountAsync(Cancellation));
        }

        Assert.Equal(4L, await server.Execute($"SELECT count(*) FROM pg_indexes WHERE tablename = '{options.Table}'"));
        await server.Execute($"UPDATE pplcnet_galleries SET version = 99 WHERE name = '{options.Table}'");
        var error = await Assert.ThrowsAsync<ModelFormatException>(() => PgVectorIndex.OpenAsync(server.Connection, options, Cancellation));
        Assert.Contains("version 99", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x; DROP TABLE y")]
    [InlineData("Upper")]
    [InlineData("")]
    public async Task Names_that_are_not_plain_are_refused(string table) =>
        await Assert.ThrowsAsync<ArgumentException>(() => PgVectorIndex.OpenAsync(server.Connection, new PgVectorOptions { Dimensions = 8, Table = table }, Cancellation));

    [Fact]
    public async Task Filters_of_code_are_refused()
    {
        using var index = await PgVectorIndex.OpenAsync(server.Connection, new PgVectorOptions { Dimensions = 2, Table = server.NewTable() }, Cancellation);
        var options = new SearchOptions { Filter = ItemFilter.Where((_, _, _) => true) };
        await Assert.ThrowsAsync<ArgumentException>(async () => await index.SearchAsync(new float[] { 1, 0 }, options, Cancellation));
    }

    [Fact]
    public async Task Values_in_filters_are_values_not_code()
    {
        using var index = await PgVectorIndex.OpenAsync(server.Connection, new PgVectorOptions { Dimensions = 8, Table = server.NewTable() }, Cancellation);
        await index.AddAsync(RandomVectors.Items(2, 5, 8), Cancellation);
        foreach (var filter in (ItemFilter[])[ItemFilter.Label("'); DROP TABLE gallery; --"), ItemFilter.Has("a' OR true --"), ItemFilter.Equal("x\"}", "'")])
        {
            Assert.Empty(await index.SearchAsync(new float[] { 1, 0, 0, 0, 0, 0, 0, 0 }, new SearchOptions { Filter = filter }, Cancellation));
        }
    }

    [Fact]
    public async Task A_gallery_moves_into_the_database_and_back()
    {
        using var folder = new TemporaryFolder();
        var items = RandomVectors.Items(3, 1200, 8);
        using (var gallery = Gallery.Create(folder.File("a"), new GalleryHeader { Dimensions = 8 }))
        {
            await gallery.AddAsync(items, Cancellation);
        }

        using var index = await PgVectorIndex.OpenAsync(server.Connection, new PgVectorOptions { Dimensions = 8, Table = server.NewTable() }, Cancellation);
        await index.LoadAsync(folder.File("a"), Cancellation);
        await index.SaveAsync(folder.File("b"), cancellationToken: Cancellation);
        using var back = Gallery.Open(folder.File("b"));
        Assert.Equal(items.Select(i => (i.Id, i.Label)), back.Items().Select(i => (i.Id, i.Label)));
    }

    [Fact]
    public async Task The_model_is_noted_and_another_one_refused()
    {
        var (first, second) = (new VectorModel("first", "f1"), new VectorModel("second", "f2"));
        var options = new PgVectorOptions { Dimensions = 8, Table = server.NewTable(), Model = first };
        using (var index = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation))
        {
            await index.AddAsync(RandomVectors.Items(1, 5, 8), Cancellation);
            Assert.Equal(first, index.Model);
        }

        using (var unasked = await PgVectorIndex.OpenAsync(server.Connection, options with { Model = VectorModel.Unknown }, Cancellation))
        {
            Assert.Equal(first, unasked.Model);
        }

        var error = await Assert.ThrowsAsync<ModelFormatException>(() => PgVectorIndex.OpenAsync(server.Connection, options with { Model = second }, Cancellation));
        Assert.Contains("'first' (f1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_without_a_model_takes_that_of_the_gallery_it_is_filled_from_and_gives_it_on()
    {
        using var folder = new TemporaryFolder();
        foreach (var model in (string[])["a", "b"])
        {
            using var gallery = Gallery.Create(folder.File(model), new GalleryHeader { Dimensions = 8, Model = model, ModelFingerprint = model });
            await gallery.AddAsync(RandomVectors.Items(3, 20, 8), Cancellation);
        }

        var options = new PgVectorOptions { Dimensions = 8, Table = server.NewTable() };
        using (var index = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation))
        {
            await index.LoadAsync(folder.File("a"), Cancellation);
            await Assert.ThrowsAsync<ModelFormatException>(() => index.LoadAsync(folder.File("b"), Cancellation));
            await index.SaveAsync(folder.File("saved"), cancellationToken: Cancellation);
        }

        using var again = await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation);
        Assert.Equal(new VectorModel("a", "a"), again.Model);
        using var saved = Gallery.Open(folder.File("saved"));
        Assert.Equal(("a", "a"), (saved.Header.Model, saved.Header.ModelFingerprint));
    }

    [Fact]
    public async Task A_table_from_before_models_were_noted_gets_columns_for_them()
    {
        var options = new PgVectorOptions { Dimensions = 8, Table = server.NewTable() };
        (await PgVectorIndex.OpenAsync(server.Connection, options, Cancellation)).Dispose();
        await server.Execute($"ALTER TABLE pplcnet_galleries DROP COLUMN model, DROP COLUMN fingerprint; UPDATE pplcnet_galleries SET version = 3 WHERE name = '{options.Table}'");
        using var index = await PgVectorIndex.OpenAsync(server.Connection, options with { Model = new VectorModel("m", "f") }, Cancellation);
        Assert.Equal(new VectorModel("m", "f"), index.Model); // nothing is stored yet, so it is the newcomer's to say
    }
}
