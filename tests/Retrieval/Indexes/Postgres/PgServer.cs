using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes.Postgres;

/// <summary>
/// PostgreSQL compiled to WebAssembly, with pgvector, behind its wire protocol on a local port: started by node for the tests of one class.
/// Where node, npm or the packages of <c>tests/Retrieval/pglite</c> are not to be had, the tests skip and say so.
/// </summary>
public sealed class PgServer : IAsyncLifetime
{
    private static readonly string _folder = Path.Combine(RepositoryPaths.Root, "tests", "Retrieval", "pglite");
    private Process? _process;
    private string? _skip;
    private string _connection = "";
    private int _tables;

    /// <summary>A connection string; skips the running test where there is no server.</summary>
    public string Connection
    {
        get
        {
            Assert.SkipWhen(_skip is not null, _skip ?? "");
            return _connection;
        }
    }

    /// <summary>A table name that no other test uses.</summary>
    public string NewTable() => $"gallery_{Interlocked.Increment(ref _tables)}";

    public async ValueTask InitializeAsync()
    {
        try
        {
            var script = Path.Combine(_folder, "node_modules", "@electric-sql", "pglite-socket", "dist", "scripts", "server.js");
            if (!File.Exists(script))
            {
                await Install();
            }

            var port = FreePort();
            _process = Start("node", script, "--db=memory://", $"--port={port}", "--host=127.0.0.1", "--extensions=@electric-sql/pglite-pgvector:vector", "-m", "4");
            _connection = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;SSL Mode=Disable;Maximum Pool Size=2;Timeout=60;Command Timeout=60";
            await WaitUntilItAnswers();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or TimeoutException)
        {
            _skip = $"No PostgreSQL server for the tests: {e.Message} Needed: node and npm, and `npm ci` in tests/Retrieval/pglite.";
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task Install()
    {
        using var npm = Start("npm", "ci", "--no-audit", "--no-fund");
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

    private async Task WaitUntilItAnswers()
    {
        for (var stop = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = new NpgsqlConnection(_connection + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (Exception e) when (e is NpgsqlException or SocketException && stop.Elapsed < TimeSpan.FromSeconds(90) && !_process!.HasExited)
            {
                await Task.Delay(100);
            }
            catch (Exception e) when (e is NpgsqlException or SocketException)
            {
                throw new TimeoutException($"the server did not answer ({e.Message}).", e);
            }
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        if (program == "node")
        {
            // Read on, so that a full pipe never stops the server.
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        return process;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
