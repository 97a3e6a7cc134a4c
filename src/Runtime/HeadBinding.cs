using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>What a head is bound to when a model is loaded: a graph's outputs, labels, settings and preprocessing.</summary>
public sealed record HeadBinding
{
    /// <summary>Name of the model, for messages.</summary>
    public required string Model { get; init; }

    /// <summary>The manifest of the model.</summary>
    public required ModelManifest Manifest { get; init; }

    /// <summary>Every output of the graph, in order.</summary>
    public required IReadOnlyList<TensorInfo> Outputs { get; init; }

    /// <summary>The operator that computes each output.</summary>
    public required IReadOnlyList<string> Operators { get; init; }

    /// <summary>How an image becomes the input.</summary>
    public required Preprocess Preprocess { get; init; }

    /// <summary>Class names of the model's file, read by the first head that needs them; empty where it has none.</summary>
    /// <exception cref="ModelFormatException">The label file is missing.</exception>
    public IReadOnlyList<string> Labels { get => field ?? LabelsOfFile?.Value ?? []; init; }

    /// <summary>The ONNX file's own metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The head's part of the manifest, where the graph has several heads; null for a model of one head.</summary>
    public HeadRequest? Request { get; init; }

    /// <summary>Where <see cref="Labels"/> come from unless they are set.</summary>
    internal Lazy<IReadOnlyList<string>>? LabelsOfFile { get; init; }

    /// <summary>The manifest's settings of the task; null where there are none.</summary>
    public JsonElement? Settings => Manifest.Settings;

    /// <summary>The outputs as messages show them.</summary>
    public string OutputsText => string.Join(", ", Outputs.Select(o => $"{o.Name} {o.ShapeText}"));

    /// <summary>A mismatch between the model and what the head needs.</summary>
    public ModelFormatException Mismatch(string expected, string? found = null) => new(Model, expected, found ?? OutputsText);
}
