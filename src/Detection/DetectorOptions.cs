using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Detection;

/// <summary>How a detector is used. What is null is taken from the model's manifest.</summary>
public sealed record DetectorOptions
{
    /// <summary>Objects need a score above this, 0 to 1.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>IoU above which the weaker of two boxes goes, 0 to 1.</summary>
    public float? IouThreshold { get; init; }

    /// <summary>Whether boxes suppress those of other classes too; null is per class.</summary>
    public bool? Agnostic { get; init; }

    /// <summary>
    /// The remaining choices of the suppression. Its thresholds count too, unless <see cref="ScoreThreshold"/>,
    /// <see cref="IouThreshold"/> or <see cref="Agnostic"/> replace them.
    /// </summary>
    public NmsOptions? Nms { get; init; }

    /// <summary>Changes the suppression that the model's manifest describes; null leaves it. Without effect beside <see cref="Nms"/>.</summary>
    public Func<NmsOptions, NmsOptions>? ChangeNms { get; init; }

    /// <summary>Names of the classes that are wanted; null or empty wants all.</summary>
    public IReadOnlyCollection<string>? Classes { get; init; }

    /// <summary>Whether boxes are cut to the image. PicoDet's own results are not.</summary>
    public bool Clip { get; init; }

    /// <summary>Most images in one run, where the graph takes batches; at least 1.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Replaces the model's manifest; needed for streams and bytes whose ONNX metadata holds none.</summary>
    public ModelManifest? Manifest { get; init; }

    /// <summary>Threads and provider.</summary>
    public RuntimeOptions Runtime { get; init; } = RuntimeOptions.Default;
}
