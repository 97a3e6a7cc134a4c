namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>All well.</summary>
    public const int Ok = 0;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 1;

    /// <summary>Some inputs failed.</summary>
    public const int InputsFailed = 2;

    /// <summary>A model, manifest, dictionary or index does not fit or is missing.</summary>
    public const int Model = 3;

    /// <summary>The machine is at fault: a native library, a full disk.</summary>
    public const int Environment = 4;

    /// <summary>Cancelled with Ctrl-C; what was finished is on disk.</summary>
    public const int Cancelled = 130;
}
