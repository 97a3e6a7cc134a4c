using System.Net;
using System.Net.Sockets;
using PPLCNet.Vision.Runtime.Models.Fetching;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime.Models.Fetching;

public sealed class FileFetcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly HttpClient _client = new(new HttpClientHandler { UseProxy = false });

    public FileFetcherTests() => _server.Start();

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("", "did not answer within")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "sent nothing for")]
    public async Task SilentServerIsGivenUp(string answer, string message)
    {
        using var done = new CancellationTokenSource();
        var serving = ServeAsync(answer, done.Token);
        var fetcher = new FileFetcher(_client) { Patience = TimeSpan.FromMilliseconds(300) };
        var request = new FileRequest("m", $"http://127.0.0.1:{((IPEndPoint)_server.LocalEndpoint).Port}/m", 0, false);
        var e = await Assert.ThrowsAsync<HttpRequestException>(
            () => fetcher.FetchAsync(request, _folder.File("m.part"), null, TestContext.Current.CancellationToken));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        await done.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task CancellingIsNoFailureOfTheServer()
    {
        using var done = new CancellationTokenSource();
        var serving = ServeAsync("", done.Token);
        using var stop = new CancellationTokenSource();
        var request = new FileRequest("m", $"http://127.0.0.1:{((IPEndPoint)_server.LocalEndpoint).Port}/m", 0, false);
        var fetching = new FileFetcher(_client).FetchAsync(request, _folder.File("m.part"), null, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        await done.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task PartOutlivesAServerThatFails()
    {
        using var done = new CancellationTokenSource();
        var serving = ServeAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", done.Token);
        var part = _folder.File("m.part");
        await File.WriteAllBytesAsync(part, new byte[70], TestContext.Current.CancellationToken);
        var request = new FileRequest("m", $"http://127.0.0.1:{((IPEndPoint)_server.LocalEndpoint).Port}/m", 100, true);
        await Assert.ThrowsAsync<HttpRequestException>(
            () => new FileFetcher(_client).FetchAsync(request, part, null, TestContext.Current.CancellationToken));
        Assert.Equal(70, new FileInfo(part).Length);
        await done.CancelAsync();
        await serving;
    }

    /// <summary>Answers the first request with these bytes and then keeps the connection open.</summary>
    private async Task ServeAsync(string answer, CancellationToken done)
    {
        try
        {
            using var client = await _server.AcceptTcpClientAsync(done);
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), done);
            await Task.Delay(Timeout.Infinite, done);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }
}
