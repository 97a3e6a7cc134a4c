using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>How an <see cref="Embedder"/> is loaded.</summary>
public sealed record EmbedderOptions : ModelOptions
{
    /// <summary>Name of the output, where the graph has several vectors; null takes the manifest's.</summary>
    public string? Output { get; init; }

    /// <summary>Resizes images by this rule instead of the manifest's, such as <see cref="SizeRule.Stretch"/>; null leaves the rule.</summary>
    public SizeRule? InputSize { get; init; }

    /// <summary>A learned last step; null leaves the network's vectors as they are.</summary>
    public PcaWhitening? Whitening { get; init; }
}
