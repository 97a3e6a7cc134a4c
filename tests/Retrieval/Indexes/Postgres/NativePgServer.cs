using System.Diagnostics;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Indexes.Postgres;

/// <summary>
/// The system's own PostgreSQL with pgvector (scripts/pgvector.sh installs both), a cluster in a folder of its own on a local
/// port. The plans of all
/// statements longer than nothing are written to its log, where <see cref="PlansAsync"/> reads them.
/// </summary>
public sealed class NativePgServer : PgTestServer
{
    private const string ServerUser = "postgres"; // PostgreSQL does not run as root
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    protected override string Missing => "No PostgreSQL of the system for the tests (scripts/pgvector.sh installs it with pgvector)";

    /// <summary>The plans that were run over a table so far, as the server logged them.</summary>
    public async Task<IReadOnlyList<string>> PlansAsync(string table)
    {
        // The server logs a statement before it answers, but through a pipe.
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await using var stream = new FileStream(_folder.File("server.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var log = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        return [.. log.Split("duration: ").Skip(1).Where(p => p.Contains($"{table} ", StringComparison.Ordinal) && p.Contains("plan:", StringComparison.Ordinal))];
    }

    protected override async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            // A fast shutdown ends the workers, too; killing would leave their shared memory behind.
            Run("kill", "-INT", File.ReadLines(_folder.File("data/postmaster.pid")).First());
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await _process.WaitForExitAsync(late.Token);
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    protected override async Task<string> StartAsync()
    {
        var programs = Programs();
        var data = _folder.File("data");
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", ServerUser, Path.GetDirectoryName(data)!);
        }

        RunAsServer(Path.Combine(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        var port = FreePort();
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            port = {port}
            unix_socket_directories = ''
            fsync = off
            shared_buffers = 256MB
            maintenance_work_mem = 256MB
            shared_preload_libraries = 'auto_explain'
            auto_explain.log_min_duration = 0
            logging_collector = on
            log_directory = '..'
            log_filename = 'server.log'
            """);
        var (program, arguments) = AsServer(Path.Combine(programs, "postgres"), "-D", data);
        _process = StartSilently(Path.GetDirectoryName(data)!, program, arguments);
        var connection = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;SSL Mode=Disable;Maximum Pool Size=8;Timeout=60;Command Timeout=60";
        await WaitUntilItAnswers(connection, _process);
        return connection;
    }

    /// <summary>The newest installed server that has pgvector.</summary>
    private static string Programs()
    {
        const string root = "/usr/lib/postgresql", share = "/usr/share/postgresql";
        var versions = Directory.Exists(root) ? Directory.GetDirectories(root).Select(Path.GetFileName).OfType<string>() : [];
        return versions.Where(v => File.Exists(Path.Combine(share, v, "extension", "vector.control"))).OrderByDescending(v => v.Length).ThenByDescending(v => v, StringComparer.Ordinal).FirstOrDefault() is { } newest
            ? Path.Combine(root, newest, "bin")
            : throw new InvalidOperationException($"no server below {root} with pgvector.");
    }

    private static (string Program, string[] Arguments) AsServer(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", ["--reuid", ServerUser, "--regid", ServerUser, "--init-groups", "--", program, .. arguments])
        : (program, arguments);

    private static void RunAsServer(string program, params string[] arguments)
    {
        var (run, all) = AsServer(program, arguments);
        Run(run, all);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} failed ({error.Trim()}).");
        }
    }
}
