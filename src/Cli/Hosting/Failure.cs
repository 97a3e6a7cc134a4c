using Microsoft.ML.OnnxRuntime;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>
/// What an exception means to the caller: a kind and a message for one input, or an exit code for the whole command.
/// </summary>
internal static class Failure
{
    /// <summary>Whether going on with the next input makes no sense.</summary>
    public static bool IsFatal(Exception e) =>
        e is CliException or OutOfMemoryException or OperationCanceledException || NativeLibrary(e) is not null || DiskSpace.IsFull(e);

    /// <summary>
    /// The kind of a failed input: <c>decode</c>, <c>limit</c>, <c>model</c>, <c>io</c>, <c>data</c> or <c>internal</c>.
    /// </summary>
    public static string Kind(Exception e) => e switch
    {
        ImageException { Fault: ImageFault.Limit } => "limit",
        ImageException => "decode",
        ModelFormatException or ModelNotFoundException or OnnxRuntimeException => "model",
        IOException or UnauthorizedAccessException => "io",
        DataFormatException => "data",
        _ => "internal",
    };

    /// <summary>The exit code of a failed command.</summary>
    public static int ExitCodeOf(Exception e) => e switch
    {
        CliException c => c.ExitCode,
        OperationCanceledException => ExitCode.Cancelled,
        _ when NativeLibrary(e) is not null || DiskSpace.IsFull(e) => ExitCode.Environment,
        ModelFormatException or ModelNotFoundException => ExitCode.Model,
        ArgumentException => ExitCode.Usage,
        FileNotFoundException { FileName: { } name } when name.Contains("Culture=", StringComparison.Ordinal) => ExitCode.Environment, // an assembly
        SpecialFileException => ExitCode.InputsFailed,
        FileNotFoundException or DirectoryNotFoundException or DataFormatException or ImageException => ExitCode.InputsFailed,
        _ => ExitCode.Environment,
    };

    /// <summary>One line for people.</summary>
    public static string Message(Exception e)
    {
        if (NativeLibrary(e) is { } library)
        {
            return $"A native library does not load: {FirstLine(library.Message)} Run scripts/setup.sh, or see `pplcnet doctor`.";
        }

        var message = e is ArgumentException { ParamName: { Length: > 0 } name }
            ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : e.Message;
        return e is CliException or VisionException or ArgumentException or IOException
            or UnauthorizedAccessException or OperationCanceledException or HttpRequestException
            ? FirstLine(message)
            : $"{e.GetType().Name}: {FirstLine(message)}";
    }

    /// <summary>The exception that tells of a library that did not load, wherever it hides.</summary>
    private static Exception? NativeLibrary(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
            {
                return e;
            }
        }

        return null;
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
