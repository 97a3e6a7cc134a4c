using System.Diagnostics;

namespace PPLCNet.Vision.Tests.Differential.Running;

/// <summary>Another run of this test program: one explicit test, told by variables of the environment what to do.</summary>
internal static class ChildProcess
{
    /// <summary>Starts the explicit test <paramref name="method"/>; its standard error is for the parent to read.</summary>
    public static Process Start(string method, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!,
            ["-method", method, "-explicit", "only", "-noLogo", "-noColor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("PPLCNET_FUZZ_TRACE");
        return Process.Start(start)!;
    }
}
