using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using PPLCNet.Vision.Server.Page;

namespace PPLCNet.Vision.Tests.Server.Page;

public sealed class PageFileTests(SharedServer shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/ui/app.js", "text/javascript")]
    [InlineData("/ui/page.css", "text/css")]
    [InlineData("/ui/icon.svg", "image/svg+xml")]
    [InlineData("/ui/page.png", "image/png")]
    public async Task Files_have_a_tag_and_a_strict_policy(string route, string type)
    {
        using var first = await shared.Client.GetAsync(new Uri(route, UriKind.Relative), Token);
        Assert.Equal(type, first.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'self'", first.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());
        using var again = new HttpRequestMessage(HttpMethod.Get, route) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var unchanged = await shared.Client.SendAsync(again, Token);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync(Token));
        using var other = new HttpRequestMessage(HttpMethod.Get, route) { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"other\"") } } };
        using var whole = await shared.Client.SendAsync(other, Token);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
    }

    [Theory]
    [InlineData("/ui/nothing.js")]
    [InlineData("/ui/..%2fpage.html")]
    [InlineData("/ui/page.html")]
    public async Task Other_names_are_not_found(string route)
    {
        using var response = await shared.Client.GetAsync(new Uri(route, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public void Nothing_comes_from_other_hosts_and_text_never_becomes_markup()
    {
        foreach (var (name, file) in PageFile.All.Where(f => !f.Value.ContentType.StartsWith("image/", StringComparison.Ordinal)))
        {
            var text = Encoding.UTF8.GetString(file.Bytes).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
            Assert.False(text.Contains("://", StringComparison.Ordinal), $"{name} names another host");
            Assert.False(Regex.IsMatch(text, @"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\("), $"{name} writes markup");
        }
    }
}
