using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Tests.Retrieval.Indexes.Postgres;

namespace PPLCNet.Vision.Tests.Server.Galleries;

/// <summary>A gallery in PostgreSQL, which several servers write to.</summary>
public sealed class PostgresGalleryTests(NativePgServer database) : IClassFixture<NativePgServer>
{
    [Fact]
    public async Task Two_servers_write_and_search_one_gallery()
    {
        var table = database.NewTable();
        await using var one = await StartAsync(table);
        await using var two = await StartAsync(table);
        var adds = Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? one : two).Client.AskAsync(
            $"/v1/gallery/shared/items?label=n{i}", Requests.Raw(Requests.Sample("cat.jpg"))));
        var ids = (await Task.WhenAll(adds)).Select(a => (int)a["ids"]![0]!);
        Assert.Equal(10, ids.Distinct().Count());
        var info = await two.Client.GetJsonAsync("/v1/gallery/shared");
        Assert.Equal((10, "postgresql"), ((int)info["items"]!, (string)info["storage"]!));
        await one.Client.AskAsync("/v1/gallery/shared/items?label=coffee", Requests.Raw(Requests.Sample("coffee.jpg")));
        var found = await two.Client.AskAsync("/v1/search?gallery=shared&k=1&threshold=0.5", Requests.Raw(Requests.Sample("coffee.jpg")));
        Assert.Equal("coffee", (string)found["objects"]![0]!["label"]!);
        using var gone = await one.Client.DeleteAsync(new Uri("/v1/gallery/shared", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.Conflict, gone.StatusCode);
    }

    private Task<RunningServer> StartAsync(string table) => RunningServer.StartAsync(new PplcnetServerOptions
    {
        PostgresGalleries = new Dictionary<string, string> { ["shared"] = table },
        PostgresConnection = database.Connection,
        MaxWaiting = 100,
        MaxWait = TimeSpan.FromMinutes(4),
        Timeout = TimeSpan.FromMinutes(5),
    });
}
