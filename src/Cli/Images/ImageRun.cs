using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>The common flags, read.</summary>
internal sealed record ImageRun
{
    /// <summary>What to work on.</summary>
    public required InputList Inputs { get; init; }

    /// <summary>Name or path of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Threads and provider for the model.</summary>
    public required RuntimeOptions Runtime { get; init; }

    /// <summary>Images processed in parallel.</summary>
    public required int Workers { get; init; }

    /// <summary>Whether answers are JSON lines.</summary>
    public bool Json { get; init; }

    /// <summary>File or folder for drawn images; null draws none.</summary>
    public string? Draw { get; init; }

    /// <summary>File for the JSON lines; null means standard output.</summary>
    public string? Out { get; init; }

    /// <summary>Whether inputs that <see cref="Out"/> answers already are skipped.</summary>
    public bool Resume { get; init; }
}
