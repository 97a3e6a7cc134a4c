using System.Diagnostics;
using System.Text.Json;

namespace PPLCNet.Vision.Tests.Cli;

/// <summary>Runs the built command as its users do: as a process.</summary>
internal sealed record Pplcnet(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs <c>pplcnet</c> with these arguments.</summary>
    public static Pplcnet Run(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "pplcnet.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Pplcnet(process.ExitCode, output, errors.Result);
    }

    /// <summary>The JSON objects of standard output, one a line.</summary>
    public IReadOnlyList<JsonElement> Json() =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    /// <summary>Asserts the exit code and shows what the command said where it differs.</summary>
    public Pplcnet Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"expected exit code {exitCode}, found {ExitCode}:\n{Errors}\n{Output}");
        return this;
    }
}
