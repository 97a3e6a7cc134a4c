namespace PPLCNet.Vision.Cli.Images;

/// <summary>The common flags, read.</summary>
/// <param name="Inputs">What to work on.</param>
/// <param name="Model">Name or path of the model.</param>
/// <param name="Runtime">Threads and provider for the model.</param>
/// <param name="Workers">Images processed in parallel.</param>
internal sealed record ImageRun(InputList Inputs, string Model, RuntimeOptions Runtime, int Workers)
{
    /// <summary>Whether answers are JSON lines.</summary>
    public bool Json { get; init; }

    /// <summary>File or folder for drawn images; null draws none.</summary>
    public string? Draw { get; init; }

    /// <summary>File for the JSON lines; null means standard output.</summary>
    public string? Out { get; init; }

    /// <summary>Whether inputs that <see cref="Out"/> answers already are skipped.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether failed images leave the exit code 0.</summary>
    public bool AllowFailures { get; init; }

    /// <summary>Adds the flag <c>--allow-failures</c>.</summary>
    public static Option<bool> AllowFailuresFlag(Command command) => command.Switch(
        "--allow-failures", "Exit code 0 although images failed, for bulk work; faults of the model or the machine still fail.");
}
