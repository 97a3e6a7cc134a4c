using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using PPLCNet.Vision.Server.Hosting;
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
        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());
        using var again = new HttpRequestMessage(HttpMethod.Get, route);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await shared.Client.SendAsync(again, Token);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync(Token));
        using var other = new HttpRequestMessage(HttpMethod.Get, route);
        other.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\""));
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

    [Theory]
    [InlineData("a group", "/vision", "/vision", "/vision/", "PPLCNet.Vision")]
    [InlineData("a start page of the application's own", "", "/", "/", "our own")]
    public async Task An_application_can_have_it(string name, string group, string route, string end, string expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddPplcnetServer();
        await using var app = builder.Build();
        app.MapGet("/", () => "our own");
        app.MapGroup(group).MapPplcnet();
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var response = await client.GetAsync(new Uri(route, UriKind.Relative), Token);
        Assert.True(response.RequestMessage!.RequestUri!.AbsolutePath == end, name);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_comes_from_other_hosts_and_text_never_becomes_markup()
    {
        var texts = PageFile.All.Where(f => f.Value.ContentType.StartsWith("text/", StringComparison.Ordinal));
        foreach (var (name, file) in texts)
        {
            var text = Encoding.UTF8.GetString(file.Bytes).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
            Assert.False(text.Contains("://", StringComparison.Ordinal), $"{name} names another host");
            Assert.False(Regex.IsMatch(text, @"(inner|outer|Adjacent)HTML|document\.write|\beval\("), $"{name} writes markup");
        }
    }
}
