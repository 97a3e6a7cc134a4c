using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// ONNX Runtime's telemetry, off unless the caller's environment says otherwise: its packages would keep an identifier below the
/// user's cache folder and ask for a host to report to. It is turned off when this library is loaded, before the native
/// library is.
/// </summary>
internal static partial class RuntimeTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns it off for this process and those that it starts; a value that the caller has set stays.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "The native library reads the variable once, when it is loaded, and any model may be the first.")]
    public static void TurnOff()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            return;
        }

        Environment.SetEnvironmentVariable(Variable, "1");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            // Outside Windows .NET keeps its own copy of the environment, which native code does not see.
            _ = SetVariable(Variable, "1", 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Without a C library of that name there is no ONNX Runtime either.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
