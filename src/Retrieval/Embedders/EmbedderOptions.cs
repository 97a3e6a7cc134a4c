using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>How an <see cref="Embedder"/> is loaded.</summary>
public sealed record EmbedderOptions : ModelOptions
{
    /// <summary>Name of the output, where the graph has several vectors; null takes the manifest's.</summary>
    public string? Output { get; init; }

    /// <summary>A learned last step; null leaves the network's vectors as they are.</summary>
    public PcaWhitening? Whitening { get; init; }
}
