using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>How an <see cref="Embedder"/> works.</summary>
public sealed record EmbedderOptions
{
    /// <summary>Threads and provider.</summary>
    public RuntimeOptions Runtime { get; init; } = RuntimeOptions.Default;

    /// <summary>Name of the output, where the graph has several vectors; null takes the manifest's.</summary>
    public string? Output { get; init; }

    /// <summary>Replaces the preprocessing of the manifest.</summary>
    public Preprocess? Preprocess { get; init; }

    /// <summary>A learned last step; null leaves the network's vectors as they are.</summary>
    public PcaWhitening? Whitening { get; init; }

    /// <summary>Most images in one run.</summary>
    public int BatchSize { get; init; } = 8;
}
