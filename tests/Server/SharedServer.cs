using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Tests.Server;

/// <summary>One server for the tests that need nothing special of it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _server;

    internal RunningServer Server => _server!;

    internal HttpClient Client => Server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(new PplcnetServerOptions
    {
        Galleries = _folder.Path,
        MaxWaiting = 200,
        MaxWait = TimeSpan.FromMinutes(4),
        Timeout = TimeSpan.FromMinutes(5),
    });

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
