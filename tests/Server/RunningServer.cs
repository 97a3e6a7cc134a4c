using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Tests.Server;

/// <summary>A server of this process on a free port of loopback, through Kestrel as for everybody.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(PplcnetServer.Addresses(app)[0]);
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    /// <summary>A service of it.</summary>
    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static async Task<RunningServer> StartAsync(PplcnetServerOptions? options = null)
    {
        var app = PplcnetServer.Build(options ?? new PplcnetServerOptions(), IPAddress.Loopback, 0, log: "none");
        await app.StartAsync();
        await app.Services.GetRequiredService<Lifecycle>().Ready;
        return new RunningServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
