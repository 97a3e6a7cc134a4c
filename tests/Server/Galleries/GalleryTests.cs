using System.Net;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Tests.Server.Galleries;

public sealed class GalleryTests(SharedServer shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gallery_is_made_filled_searched_exported_restored_and_deleted()
    {
        var client = shared.Client;
        Assert.Equal(201, await StatusAsync(HttpMethod.Put, "/v1/gallery/life"));
        Assert.Equal(409, await StatusAsync(HttpMethod.Put, "/v1/gallery/life"));
        var added = await client.AskAsync("/v1/gallery/life/items", Requests.Form(["coffee.jpg", "cat.jpg", "rocket.jpg"], ("label", "coffee"), ("label", "cat"), ("label", "rocket"), ("metadata", """{"shelf":3}""")));
        Assert.Equal([0, 1, 2], added["ids"]!.AsArray().Select(i => (int)i!));
        var one = await client.AskAsync("/v1/gallery/life/items?label=temple&id=40", Requests.Raw(Requests.Sample("temple.jpg")));
        Assert.Equal(40, (int)one["ids"]![0]!);
        Assert.Equal(409, await StatusAsync(HttpMethod.Post, "/v1/gallery/life/items?label=again&id=40", Requests.Raw(Requests.Sample("temple.jpg"))));
        Assert.Equal(400, await StatusAsync(HttpMethod.Post, "/v1/gallery/life/items", Requests.Raw(Requests.Sample("temple.jpg"))));

        var found = await client.AskAsync("/v1/search?gallery=life&k=2", Requests.Raw(Requests.Sample("cat.jpg")));
        Assert.Equal("cat", (string)found["objects"]![0]!["label"]!);
        Assert.Equal(2, found["objects"]![0]!["matches"]!.AsArray().Count);
        var filtered = await client.AskAsync("/v1/search?gallery=life&filter=label!%3Dcat&threshold=0.9", Requests.Raw(Requests.Sample("cat.jpg")));
        Assert.Equal("unknown", (string)filtered["objects"]![0]!["label"]!);

        var item = await client.GetJsonAsync("/v1/gallery/life/items/1");
        Assert.Equal((3, 512), ((int)item["metadata"]!["shelf"]!, item["vector"]!.AsArray().Count));
        var page = await client.GetJsonAsync("/v1/gallery/life/items?after=0&limit=2");
        Assert.Equal([1, 2], page["items"]!.AsArray().Select(i => (int)i!["id"]!));
        Assert.True((bool)page["more"]!);
        var near = await client.GetJsonAsync("/v1/gallery/life/items/1/neighbours?k=2");
        Assert.DoesNotContain(near["neighbours"]!.AsArray(), n => (int)n!["id"]! == 1);
        Assert.True((float)(await client.GetJsonAsync("/v1/gallery/life/threshold"))["threshold"]! < 1);

        var lines = await client.GetByteArrayAsync(new Uri("/v1/gallery/life/export", UriKind.Relative), Stop);
        Assert.Equal(201, await StatusAsync(HttpMethod.Put, "/v1/gallery/copy", Requests.Raw(lines, "application/x-ndjson")));
        Assert.Equal(lines, await client.GetByteArrayAsync(new Uri("/v1/gallery/copy/export", UriKind.Relative), Stop));

        var removed = await client.AskAsync("/v1/gallery/life/items:remove", Requests.Json("""{"filter":"shelf=3"}"""));
        Assert.Equal((3, 1), ((int)removed["removed"]!, (int)removed["gallery"]!["items"]!));
        Assert.Equal(204, await StatusAsync(HttpMethod.Delete, "/v1/gallery/life/items/40"));
        Assert.Equal(404, await StatusAsync(HttpMethod.Delete, "/v1/gallery/life/items/40"));
        Assert.Equal(200, await StatusAsync(HttpMethod.Post, "/v1/gallery/life/compact"));
        Assert.Equal(204, await StatusAsync(HttpMethod.Delete, "/v1/gallery/life"));
        Assert.Equal(404, await StatusAsync(HttpMethod.Get, "/v1/gallery/life"));
        Assert.Equal(201, await StatusAsync(HttpMethod.Put, "/v1/gallery/life"));
    }

    [Fact]
    public async Task Writers_at_once_lose_nothing()
    {
        Assert.Equal(201, await StatusAsync(HttpMethod.Put, "/v1/gallery/busy"));
        var adds = Enumerable.Range(0, 12).Select(i => shared.Client.AskAsync(
            $"/v1/gallery/busy/items?label=n{i}", Requests.Raw(Requests.Sample("cat.jpg"))));
        var answers = await Task.WhenAll(adds);
        Assert.Equal(Enumerable.Range(0, 12), answers.Select(a => (int)a["ids"]![0]!).Order());
        Assert.Equal(12, (int)(await shared.Client.GetJsonAsync("/v1/gallery/busy"))["items"]!);
    }

    [Fact]
    public async Task A_version_that_is_gone_is_told()
    {
        Assert.Equal(201, await StatusAsync(HttpMethod.Put, "/v1/gallery/versions"));
        var version = (string)(await shared.Client.GetJsonAsync("/v1/gallery/versions"))["version"]!;
        Assert.Equal(201, await StatusAsync(HttpMethod.Post, "/v1/gallery/versions/items?label=a", Requests.Raw(Requests.Sample("cat.jpg")), version));
        Assert.Equal(412, await StatusAsync(HttpMethod.Post, "/v1/gallery/versions/items?label=b", Requests.Raw(Requests.Sample("cat.jpg")), version));
    }

    [Fact]
    public async Task A_gallery_that_another_process_writes_is_searched_and_not_written()
    {
        using var folder = new TemporaryFolder();
        using var other = Gallery.Create(folder.File("theirs.gallery"), new GalleryHeader { Dimensions = 512, Model = "pplcnet-x1.0-embed" });
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions { Galleries = folder.Path });
        var info = await server.Client.GetJsonAsync("/v1/gallery/theirs");
        Assert.True((bool)info["read_only"]!);
        using var response = await server.Client.PostAsync(
            new Uri("/v1/gallery/theirs/items?label=a", UriKind.Relative), Requests.Raw(Requests.Sample("cat.jpg")), Stop);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    private async Task<int> StatusAsync(HttpMethod method, string route, HttpContent? content = null, string? version = null)
    {
        using var request = new HttpRequestMessage(method, route) { Content = content };
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        }

        using var response = await shared.Client.SendAsync(request, Stop);
        return (int)response.StatusCode;
    }
}
