using PPLCNet.Vision.Server.Models;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>
/// Loads what is to be preloaded once the server listens; at the end first says that it is not ready, then waits, and only then
/// lets the server stop listening and finish what it accepted.
/// </summary>
internal sealed partial class Lifecycle(
    PplcnetServerOptions options, Preloader preloader, Readiness readiness, IHostApplicationLifetime lifetime, ILogger<Lifecycle> log)
    : IHostedLifecycleService
{
    /// <summary>Cancelled when what is preloaded could not be loaded; the exit code says so.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Completes when the server is ready, or cannot become so.</summary>
    public Task Ready { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Ready = PreloadAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.SetDraining();
        if (options.Drain > TimeSpan.Zero)
        {
            await Task.Delay(options.Drain, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PreloadAsync()
    {
        try
        {
            await preloader.LoadAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
            readiness.SetWarm();
        }
        catch (OperationCanceledException)
        {
            // The server ends before it was ready.
        }
        catch (Exception e)
        {
            Failure = e;
            LogBroken(log, e);
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A model that is to be preloaded cannot be loaded.")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
