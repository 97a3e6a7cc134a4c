using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Tests.Server.Hosting;

/// <summary>The server as <c>pplcnet serve</c> starts it: a process of its own.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int Terminate = 15;

    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts the command and waits for the line with the address.</summary>
    public static async Task<ServerProcess> StartAsync(params string[] flags)
    {
        var command = Path.Combine(RepositoryPaths.Root, "src", "Cli", "bin", "Release", "net10.0", "pplcnet.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [command, "serve", "--port", "0", .. flags])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync();
        if (line is null || !line.Contains("http://", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(line ?? await errors);
        }

        return new ServerProcess(process, new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]));
    }

    /// <summary>Sends SIGTERM.</summary>
    public void SendTerminate() => Assert.Equal(0, Kill(_process.Id, Terminate));

    /// <summary>Waits for the end.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
