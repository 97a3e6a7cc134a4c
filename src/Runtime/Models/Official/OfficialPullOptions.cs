namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>How an official model is pulled.</summary>
public sealed record OfficialPullOptions
{
    /// <summary>Address or path of the file instead of the published ones, for a mirror of your own.</summary>
    public string? From { get; init; }

    /// <summary>
    /// Whether a file that differs from the one that was pulled first is accepted. A published hash must fit all the same.
    /// </summary>
    public bool AcceptChanged { get; init; }

    /// <summary>Told how many bytes of the file are here.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>
    /// Loads the ready model in its task before it is put in place, and throws where it does not fit; null loads the graph only.
    /// </summary>
    public Action<ModelFile>? Check { get; init; }
}
