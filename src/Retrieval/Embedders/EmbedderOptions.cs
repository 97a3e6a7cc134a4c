using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>How an <see cref="Embedder"/> is loaded.</summary>
public sealed record EmbedderOptions : ModelOptions
{
    /// <summary>Name of the output, where the graph has several vectors; null takes the manifest's.</summary>
    public string? Output { get; init; }

    /// <summary>Stretches images to this size instead of the manifest's rule; null leaves the rule.</summary>
    public StretchRule? InputSize { get; init; }

    /// <summary>A learned last step; null leaves the network's vectors as they are.</summary>
    public PcaWhitening? Whitening { get; init; }
}
