using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Cli.Commands.Serve;

/// <summary>
/// Starts the server that lies beside the command. It is a program of its own because it needs the ASP.NET Core runtime, which
/// nothing else in the command does.
/// </summary>
internal static partial class ServerLauncher
{
    private const string Assembly = "PPLCNet.Vision.Server.dll";

    /// <summary>Runs the server with these arguments. Outside Windows it takes the place of this process, signals and all.</summary>
    /// <returns>The server's exit code.</returns>
    /// <exception cref="CliException">The server or its runtime is missing.</exception>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var server = Path.Combine(AppContext.BaseDirectory, Assembly);
        if (!File.Exists(server))
        {
            throw CliException.Environment($"'{server}': expected the server beside the command, found none; install or build the command anew.");
        }

        var host = FindHost();
        string[] command = [host, server, .. arguments];
        if (!OperatingSystem.IsWindows())
        {
            _ = Replace(host, [.. command, null], Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(e => $"{e.Key}={e.Value}").Append(null).ToArray());
            throw CliException.Environment($"'{host}': the server cannot be started (error {Marshal.GetLastPInvokeError()}).");
        }

        using var process = Process.Start(new ProcessStartInfo(host, command.Skip(1)) { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>The host of the very runtime that runs this, and whether it has ASP.NET Core.</summary>
    private static string FindHost()
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var root = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        if (!File.Exists(host))
        {
            throw CliException.Environment("`pplcnet serve` needs an installed .NET runtime; this build of the command carries one of its own.");
        }

        var frameworks = Path.Combine(root, "shared", "Microsoft.AspNetCore.App");
        var wanted = $"{Environment.Version.Major}.";
        return Directory.Exists(frameworks) && Directory.EnumerateDirectories(frameworks).Any(d => Path.GetFileName(d).StartsWith(wanted, StringComparison.Ordinal))
            ? host
            : throw CliException.Environment($"`pplcnet serve` needs the ASP.NET Core {Environment.Version.Major} runtime, which is not below '{root}': install the package aspnetcore-runtime-{Environment.Version.Major}.0.");
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Replace(string path, string?[] arguments, string?[] environment);
}
