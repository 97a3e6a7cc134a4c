using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PPLCNet.Vision.Server.Models;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>Runs the server from its flags to its exit code.</summary>
internal static class ServerRun
{
    /// <summary>The exit codes of the command.</summary>
    public const int Ok = 0, Usage = 1, Model = 3, Machine = 4;

    private const int SpareThreads = 16;

    /// <summary>Runs until a signal ends it.</summary>
    public static async Task<int> RunAsync(ParseResult parse, ServeFlags flags)
    {
        try
        {
            var options = flags.Read(parse);
            var (address, port) = flags.Listen(parse);
            Preloader.Check(options.Preload);
            if (options.ApiKeyFile is null && !IPAddress.IsLoopback(address))
            {
                Console.Error.WriteLine("pplcnet serve: without --api-key-file everybody who reaches this address may use the server.");
            }

            // Requests wait for workers asynchronously; what blocks a little, such as a database, must not keep health checks waiting.
            ThreadPool.GetMinThreads(out var threads, out var io);
            ThreadPool.SetMinThreads(Math.Max(threads, Environment.ProcessorCount + SpareThreads), io);
            await using var app = PplcnetServer.Build(options, address, port, flags.Log(parse));
            return await RunAsync(app).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or VisionException or IOException or SocketException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"pplcnet serve: {e.Message}");
            return e switch { ArgumentException or DataFormatException => Usage, VisionException => Model, _ => Machine };
        }
    }

    private static async Task<int> RunAsync(WebApplication app)
    {
        await app.StartAsync().ConfigureAwait(false);
        var signals = 0;
        using var second = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndAtSecond(ref signals));
        using var again = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => EndAtSecond(ref signals));
        var lifecycle = app.Services.GetRequiredService<Lifecycle>();
        await lifecycle.Ready.ConfigureAwait(false);
        if (app.Services.GetRequiredService<Readiness>().IsReady)
        {
            Console.Out.WriteLine($"pplcnet serves on {PplcnetServer.Addresses(app)[0]}");
            await Console.Out.FlushAsync().ConfigureAwait(false);
        }

        await app.WaitForShutdownAsync().ConfigureAwait(false);
        if (lifecycle.Failure is { } failure)
        {
            Console.Error.WriteLine($"pplcnet serve: {failure.Message}");
            return failure is VisionException ? Model : Machine;
        }

        return Ok;
    }

    /// <summary>The host ends gracefully at the first signal; who sends a second one does not want to wait.</summary>
    private static void EndAtSecond(ref int signals)
    {
        if (Interlocked.Increment(ref signals) > 1)
        {
            Environment.Exit(Machine);
        }
    }
}
