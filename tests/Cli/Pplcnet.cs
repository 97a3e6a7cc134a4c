using System.Diagnostics;
using System.Text.Json;

namespace PPLCNet.Vision.Tests.Cli;

/// <summary>Runs the built command as its users do: as a process.</summary>
internal sealed record Pplcnet(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs <c>pplcnet</c> with these arguments.</summary>
    public static Pplcnet Run(params IEnumerable<string> arguments) => RunWith([], arguments);

    /// <summary>Runs <c>pplcnet</c> with these variables of the environment.</summary>
    public static Pplcnet RunWith(IReadOnlyCollection<(string Name, string Value)> variables, params IEnumerable<string> arguments) =>
        Start(arguments, "", variables);

    /// <summary>Runs <c>pplcnet</c> with this text on standard input.</summary>
    public static Pplcnet RunOn(string input, params IEnumerable<string> arguments) => Start(arguments, input, []);

    /// <summary>The JSON objects of standard output, one a line.</summary>
    public IReadOnlyList<JsonElement> Json() =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    /// <summary>Asserts the exit code and shows what the command said where it differs.</summary>
    public Pplcnet Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"expected exit code {exitCode}, found {ExitCode}:\n{Errors}\n{Output}");
        return this;
    }

    private static Pplcnet Start(IEnumerable<string> arguments, string input, IReadOnlyCollection<(string Name, string Value)> variables)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "pplcnet.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended before it read its input; its exit code tells why.
        }

        process.WaitForExit();
        return new Pplcnet(process.ExitCode, output.Result, errors.Result);
    }
}
