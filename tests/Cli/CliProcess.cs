using System.Diagnostics;
using System.Text.Json;

namespace PPLCNet.Vision.Tests.Cli;

/// <summary>Runs the built command as people do: in a process of its own.</summary>
internal sealed record CliProcess(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as JSON lines.</summary>
    public IReadOnlyList<JsonElement> Json =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement.Clone())];

    /// <summary>Runs <c>pplcnet</c> with these arguments.</summary>
    public static CliProcess Run(params IReadOnlyList<string> arguments) => RunWith([], arguments);

    /// <summary>Runs <c>pplcnet</c> with these variables and arguments.</summary>
    public static CliProcess RunWith(IReadOnlyCollection<(string Name, string Value)> variables, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "pplcnet.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CliProcess(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
