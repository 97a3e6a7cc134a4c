using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes.Postgres;

/// <summary>A PostgreSQL server with pgvector that the tests of one collection share. Where it cannot be started, these tests
/// skip and say why.</summary>
public abstract class PgTestServer : IAsyncLifetime
{
    private string _connection = "";
    private string? _skip;
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

    /// <summary>Runs a statement by itself and answers with its first value.</summary>
    public async Task<object?> Execute(string sql, string? connectionString = null)
    {
        await using var connection = new NpgsqlConnection((connectionString ?? Connection) + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _connection = await StartAsync();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or TimeoutException)
        {
            _skip = $"{Missing}: {e.Message}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
    }

    /// <summary>What is not to be had, and how to get it.</summary>
    protected abstract string Missing { get; }

    /// <summary>Stops what was started.</summary>
    protected abstract Task StopAsync();

    /// <summary>Starts the server, waits until it answers, and gives its connection string.</summary>
    /// <exception cref="InvalidOperationException">It cannot be started here.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    protected abstract Task<string> StartAsync();

    protected static async Task WaitUntilItAnswers(string connectionString, Process process)
    {
        for (var stop = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (Exception e) when (e is NpgsqlException or SocketException && stop.Elapsed < TimeSpan.FromSeconds(90) && !process.HasExited)
            {
                await Task.Delay(100);
            }
            catch (Exception e) when (e is NpgsqlException or SocketException)
            {
                throw new TimeoutException($"the server did not answer ({e.Message}).", e);
            }
        }
    }

    /// <summary>Starts a program whose output nobody reads, but which is never stopped by a full pipe.</summary>
    protected static Process StartSilently(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
