using System.Diagnostics;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes.Postgres;

/// <summary>
/// PostgreSQL compiled to WebAssembly, with pgvector, behind its wire protocol on a local port, run by node; a newer PostgreSQL
/// than Debian's, on every
/// system that has node.
/// </summary>
public sealed class PgServer : PgTestServer
{
    private static readonly string _folder = Path.Combine(RepositoryPaths.Root, "tests", "Retrieval", "pglite");
    private Process? _process;

    protected override string Missing => "No WebAssembly PostgreSQL for the tests (needed: node and npm, and `npm ci` in tests/Retrieval/pglite)";

    protected override Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
        return Task.CompletedTask;
    }

    protected override async Task<string> StartAsync()
    {
        var script = Path.Combine(_folder, "node_modules", "@electric-sql", "pglite-socket", "dist", "scripts", "server.js");
        if (!File.Exists(script))
        {
            await Install();
        }

        var port = FreePort();
        _process = StartSilently(
            _folder, "node", script, "--db=memory://", $"--port={port}", "--host=127.0.0.1", "--extensions=@electric-sql/pglite-pgvector:vector", "-m", "4");
        var connection = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;SSL Mode=Disable;Maximum Pool Size=2;Timeout=60;Command Timeout=60";
        await WaitUntilItAnswers(connection, _process);
        return connection;
    }

    private static async Task Install()
    {
        var start = new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var output = npm.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await npm.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw new TimeoutException("npm ci took longer than two minutes.");
        }

        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci failed ({(await output).Split('\n')[0]}).");
        }
    }
}
