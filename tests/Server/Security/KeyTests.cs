using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Security;

namespace PPLCNet.Vision.Tests.Server.Security;

public sealed class KeyTests : IDisposable
{
    private const string Keys = "# name the owner here\nreader-0001 read\nwriter-0001 write\nadmin-00001 admin\ntenant-0001 write acme-\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string, string, string, int> Cases => new()
    {
        { "no key", "", "", "GET", "/v1/models", 401 },
        { "an unknown key", "Authorization", "Bearer nothing-0001", "GET", "/v1/models", 401 },
        { "another scheme", "Authorization", "Basic reader-0001", "GET", "/v1/models", 401 },
        { "a bearer", "Authorization", "Bearer reader-0001", "GET", "/v1/models", 200 },
        { "PaddleX's scheme", "Authorization", "token reader-0001", "GET", "/v1/models", 200 },
        { "x-api-key", "x-api-key", "reader-0001", "GET", "/v1/models", 200 },
        { "api-key", "api-key", "reader-0001", "GET", "/v1/models", 200 },
        { "health needs none", "", "", "GET", "/health/live", 200 },
        { "PaddleX's health needs none", "", "", "GET", "/health", 200 },
        { "the description needs none", "", "", "GET", "/openapi/v1.json", 200 },
        { "a reader may not write", "x-api-key", "reader-0001", "PUT", "/v1/gallery/one", 403 },
        { "a writer may", "x-api-key", "writer-0001", "PUT", "/v1/gallery/two", 201 },
        { "a writer may not administrate", "x-api-key", "writer-0001", "POST", "/v1/models/ppocr-v4/reload", 403 },
        { "an administrator may", "x-api-key", "admin-00001", "POST", "/v1/models/ppocr-v4/reload", 200 },
        { "metrics for administrators", "x-api-key", "admin-00001", "GET", "/metrics", 200 },
        { "and for nobody else", "x-api-key", "writer-0001", "GET", "/metrics", 404 },
        { "a tenant makes its galleries", "x-api-key", "tenant-0001", "PUT", "/v1/gallery/acme-one", 201 },
        { "and no others", "x-api-key", "tenant-0001", "PUT", "/v1/gallery/other", 403 },
        { "nor does it read others", "x-api-key", "tenant-0001", "GET", "/v1/gallery/two", 403 },
        { "PaddleX without a key", "", "", "POST", "/ocr", 401 },
    };

    [Fact]
    public async Task Keys_allow_what_their_roles_allow()
    {
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions
        {
            Galleries = _folder.Path, ApiKeyFile = _folder.Write("keys", Keys),
        });
        foreach (var row in Cases)
        {
            var (name, header, value, method, route, status) = row.Data;
            using var request = new HttpRequestMessage(new HttpMethod(method), route);
            if (header.Length > 0)
            {
                Assert.True(request.Headers.TryAddWithoutValidation(header, value));
            }

            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(status == (int)response.StatusCode, $"{name}: expected {status}, found {(int)response.StatusCode}");
            Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Count > 0);
        }
    }

    [Theory]
    [InlineData("no role", "a-key-of-ours")]
    [InlineData("an unknown role", "a-key-of-ours king")]
    [InlineData("a number for a role", "a-key-of-ours 2000")]
    [InlineData("a short key", "key read")]
    [InlineData("no keys at all", "# nothing\n")]
    public void A_file_of_keys_that_does_not_read_is_refused(string name, string text)
    {
        var options = new PplcnetServerOptions { ApiKeyFile = _folder.Write("bad", text) };
        Assert.True(Record.Exception(() => new ApiKeys(options)) is DataFormatException, name);
    }

    [Theory]
    [InlineData("a page of another site", "Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("a page of a neighbor", "Sec-Fetch-Site", "same-site", 403)]
    [InlineData("the server's own page", "Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("an old browser on another site", "Origin", "http://evil.example", 403)]
    [InlineData("an origin that is allowed", "Origin", "https://good.example", 200)]
    [InlineData("a name of somebody else that leads here", "Host", "evil.example", 400)]
    [InlineData("a program", "X-Anything", "1", 200)]
    public async Task Browsers_on_other_sites_cannot_post(string name, string header, string value, int status)
    {
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions
        {
            CorsOrigins = ["https://good.example"], AllowedHosts = ["127.0.0.1", "localhost"],
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/classify?top=1") { Content = Requests.Raw(Requests.Sample("cat.jpg")) };
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"{name}: {(int)response.StatusCode}");
    }
}
