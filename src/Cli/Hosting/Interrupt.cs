using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>
/// Ctrl-C and SIGTERM in two steps: the first stops the supply of inputs and lets what is running finish and be written;
/// two seconds later, or at the second signal, running work is cancelled; after three more the process ends.
/// </summary>
internal static partial class Interrupt
{
    private static readonly CancellationTokenSource _stop = new();
    private static readonly CancellationTokenSource _abort = new();
    private static readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Cancelled when no new work should start.</summary>
    public static CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled when running work should end, too.</summary>
    public static CancellationToken Abort => _abort.Token;

    /// <summary>Starts to listen.</summary>
    public static void Listen()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    private static void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        var second = _stop.IsCancellationRequested;
        _ = EndAsync();
        if (second)
        {
            _abort.Cancel();
        }
        else
        {
            _abort.CancelAfter(TimeSpan.FromSeconds(2));
            _stop.Cancel();
        }
    }

    private static async Task EndAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(ExitCode.Cancelled);
        }

        // At once: handlers at exit would take native libraries apart under the threads that still run in them.
        ExitNow(ExitCode.Cancelled);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
