namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>Ends the command with a message on standard error and this exit code.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Wrong usage that the parser cannot see.</summary>
    public static CliException Usage(string message) => new(Hosting.ExitCode.Usage, message);

    /// <summary>The machine is at fault.</summary>
    public static CliException Environment(string message, Exception? inner = null) =>
        new(Hosting.ExitCode.Environment, message, inner);
}
