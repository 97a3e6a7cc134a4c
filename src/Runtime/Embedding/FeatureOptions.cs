using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime.Embedding;

/// <summary>How a <see cref="FeatureExtractor"/> runs.</summary>
public sealed record FeatureOptions
{
    /// <summary>The manifest's output, divided by its length.</summary>
    public static FeatureOptions Default { get; } = new();

    /// <summary>Name of the output; null takes the manifest's setting <c>features</c>, else the graph's only vector.</summary>
    public string? Output { get; init; }

    /// <summary>Whether vectors are divided by their Euclidean length.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Replaces the preprocessing of the manifest.</summary>
    public Preprocess? Preprocess { get; init; }

    /// <summary>Threads and provider.</summary>
    public RuntimeOptions Runtime { get; init; } = RuntimeOptions.Default;
}
