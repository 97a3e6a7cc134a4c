using System.Net;

namespace PPLCNet.Vision.Tests.Server.Hosting;

public sealed class ShutdownTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_accepted_is_answered_after_SIGTERM_and_the_exit_code_is_0()
    {
        using var server = await ServerProcess.StartAsync("--workers", "1", "--max-waiting", "50", "--max-wait", "200", "--timeout", "300", "--preload", "ocr");
        var requests = Enumerable.Range(0, 8).Select(_ => server.Client.PostAsync(
            new Uri("/v1/ocr", UriKind.Relative), Requests.Raw(Requests.Sample("page.png")), Stop)).ToList();

        // All were sent before any is answered, so with one answer seven more lie in the server.
        await Task.WhenAny(requests);
        server.SendTerminate();
        var answers = await Task.WhenAll(requests);
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact]
    public async Task While_draining_the_server_lives_and_is_not_ready()
    {
        using var server = await ServerProcess.StartAsync("--preload", "none", "--drain", "60");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/health/ready"));
        server.SendTerminate();
        HttpStatusCode ready;
        while ((ready = await StatusAsync("/health/ready")) == HttpStatusCode.OK)
        {
            await Task.Yield(); // the signal is on its way
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/health"));
        using var refused = await server.Client.PostAsync(new Uri("/v1/classify", UriKind.Relative), Requests.Raw(Requests.Sample("cat.jpg")), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter is not null);
        server.SendTerminate(); // who sends a second one does not want to wait
        Assert.NotEqual(0, await server.ExitAsync());

        async Task<HttpStatusCode> StatusAsync(string route)
        {
            using var response = await server.Client.GetAsync(new Uri(route, UriKind.Relative), Stop);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData(1, "--port", "99999")]
    [InlineData(1, "--nix", "1")]
    [InlineData(1, "--host", "nowhere.example")]
    [InlineData(1, "--allow-url", "http://example.com/")]
    [InlineData(3, "--preload", "nix")]
    public async Task Wrong_flags_end_the_command(int code, string flag, string value)
    {
        var command = Path.Combine(RepositoryPaths.Root, "src", "Cli", "bin", "Release", "net10.0", "pplcnet.dll");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [command, "serve", flag, value]) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(code == process.ExitCode, errors);
        Assert.StartsWith("pplcnet serve: ", errors, StringComparison.Ordinal);
    }
}
