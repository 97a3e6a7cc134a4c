using System.Text.Json;
using PPLCNet.Vision.Backbone.Models;
using PPLCNet.Vision.Backbone.Runtime;

namespace PPLCNet.Vision.Detection;

/// <content>From a name, a path, a stream or bytes.</content>
public sealed partial class Detector
{
    /// <summary>Key of the manifest in ONNX metadata.</summary>
    private const string ManifestKey = "pplcnet.manifest";

    /// <summary>Loads a detector by name or path.</summary>
    /// <param name="nameOrPath">For example <c>picodet-x1.0-layout</c>, or the path of a file with a manifest beside it.</param>
    /// <param name="options">Thresholds, classes, threads.</param>
    /// <exception cref="ModelFormatException">No such model; or its graph, manifest, labels and preprocessing do not fit each other.</exception>
    /// <exception cref="ArgumentException">An option is out of range or names a class that the model does not have.</exception>
    public static Detector Load(string nameOrPath = DefaultModel, DetectorOptions? options = null)
    {
        options ??= new DetectorOptions();
        if (options.Manifest is not null)
        {
            return Load(File.ReadAllBytes(nameOrPath), options);
        }

        var file = ModelCatalog.Default.Find(nameOrPath);
        return file.Path.Length == 0
            ? throw new ModelFormatException(nameOrPath, "a detector", $"a model of task '{file.Manifest.Task}' that joins parts")
            : Load(file.ReadAllBytes(), file.Manifest, file.ReadLabels(), options);
    }

    /// <summary>Loads a detector from a stream of an ONNX file; the manifest is in its metadata or in the options.</summary>
    /// <exception cref="ModelFormatException">There is no manifest, or it does not fit the graph.</exception>
    public static Detector Load(Stream onnx, DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        using var bytes = new MemoryStream();
        onnx.CopyTo(bytes);
        return Load(bytes.ToArray(), options);
    }

    /// <summary>Loads a detector from the bytes of an ONNX file; the manifest is in its metadata or in the options.</summary>
    /// <exception cref="ModelFormatException">There is no manifest, or it does not fit the graph.</exception>
    public static Detector Load(ReadOnlyMemory<byte> onnx, DetectorOptions? options = null) =>
        Load(onnx.ToArray(), options?.Manifest, options?.Manifest?.Labels ?? [], options ?? new DetectorOptions());

    private static Detector Load(byte[] onnx, ModelManifest? manifest, IReadOnlyList<string> labels, DetectorOptions options)
    {
        var name = manifest?.Name ?? "detector";
        if (manifest is { Task: not "detection" })
        {
            throw new ModelFormatException(name, "a model of task 'detection'", $"task '{manifest.Task}'");
        }

        var model = OnnxModel.Load(onnx, name, options.Runtime with { FixedShape = true });
        try
        {
            manifest ??= FromMetadata(model);
            labels = labels.Count > 0 ? labels : manifest.Labels.Count > 0 ? manifest.Labels : LabelsOf(model);
            return new Detector(model, manifest, labels, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static ModelManifest FromMetadata(OnnxModel model)
    {
        if (!model.Metadata.TryGetValue(ManifestKey, out var json))
        {
            throw new ModelFormatException(model.Name, $"a manifest in the options or in the ONNX metadata '{ManifestKey}'", "none");
        }

        try
        {
            return JsonSerializer.Deserialize(json, ModelJson.Default.ModelManifest)
                ?? throw new ModelFormatException(model.Name, "a manifest", "null");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(model.Name, $"a manifest in the ONNX metadata '{ManifestKey}'", e.Message, e);
        }
    }

    /// <summary>RapidAI's exports name their classes in the metadata.</summary>
    private static string[] LabelsOf(OnnxModel model) => model.Metadata.TryGetValue("character", out var text)
        ? text.TrimEnd('\n').Split('\n')
        : [];
}
