namespace PPLCNet.Vision.Cli.Commands.Doctor;

/// <summary>One finding about this machine.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Passed">Whether all is well.</param>
/// <param name="Found">What was found.</param>
/// <param name="Fix">What repairs it; null where nothing is wrong.</param>
internal sealed record Check(string Name, bool Passed, string Found, string? Fix = null)
{
    /// <summary>Whether it is something optional that is not here.</summary>
    public bool IsAbsent { get; init; }
}
