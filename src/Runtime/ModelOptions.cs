using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>How a model is loaded. What can change from call to call is in the options of the calls.</summary>
public record ModelOptions
{
    /// <summary>Threads, provider and memory.</summary>
    public RuntimeOptions Runtime { get; init; } = RuntimeOptions.Default;

    /// <summary>Where names are looked up.</summary>
    public ModelCatalog Catalog { get; init; } = ModelCatalog.Default;

    /// <summary>The networks in code that files of weights may fill.</summary>
    public NetworkKinds Kinds { get; init; } = NetworkKinds.Default;

    /// <summary>Replaces the model's manifest; needed for streams and bytes whose ONNX metadata holds none.</summary>
    public ModelManifest? Manifest { get; init; }

    /// <summary>Replaces the preprocessing of the manifest.</summary>
    public Preprocess? Preprocess { get; init; }

    /// <summary>Images above these sizes are refused before they are decoded; null sets the usual limits.</summary>
    public ImageLimits? ImageLimits { get; init; }

    /// <summary>The maximum number of images in one run, where the graph takes batches; at least 1.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public virtual void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Runtime.Threads, 1);
        Preprocess?.Validate();
    }
}
