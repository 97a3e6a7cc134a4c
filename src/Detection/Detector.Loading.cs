using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Detection;

/// <content>From a name, a path, a stream or bytes.</content>
public sealed partial class Detector
{
    private const string Task = "detection";

    /// <summary>Loads a detector by name or path.</summary>
    /// <param name="nameOrPath">For example <c>picodet-x1.0-layout</c>, or the path of a file with a manifest beside it.</param>
    /// <param name="options">Thresholds, classes, threads.</param>
    /// <exception cref="ModelFormatException">No such model; or its graph, manifest, labels and preprocessing do not fit each other.</exception>
    /// <exception cref="ArgumentException">An option is out of range or names a class that the model does not have.</exception>
    public static Detector Load(string nameOrPath = DefaultModel, DetectorOptions? options = null) =>
        Load(options?.Manifest is { } manifest ? new ModelFile(manifest, nameOrPath) : ModelCatalog.Default.Find(nameOrPath, Task), options);

    /// <summary>Loads a detector from a stream; the manifest is in its ONNX metadata or in the options.</summary>
    /// <exception cref="ModelFormatException">There is no manifest, or it does not fit the graph.</exception>
    public static Detector Load(Stream stream, DetectorOptions? options = null) => Load(ModelFile.FromStream(stream, options?.Manifest), options);

    /// <summary>Loads a detector from the bytes of a file; the manifest is in its ONNX metadata or in the options.</summary>
    /// <exception cref="ModelFormatException">There is no manifest, or it does not fit the graph.</exception>
    public static Detector Load(ReadOnlyMemory<byte> bytes, DetectorOptions? options = null) => Load(ModelFile.FromBytes(bytes, options?.Manifest), options);

    /// <summary>Loads a detector that was found.</summary>
    /// <exception cref="ModelFormatException">Its graph, manifest, labels and preprocessing do not fit each other.</exception>
    public static Detector Load(ModelFile file, DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new DetectorOptions();
        if (file.Manifest.Task != Task)
        {
            throw new ModelFormatException(file.Manifest.Name, $"a model of task '{Task}'", $"task '{file.Manifest.Task}'");
        }

        var model = OnnxModel.Load(file, options.Runtime with { FixedShape = true }, PicoDetKind.All);
        try
        {
            var labels = file.ReadLabels();
            return new Detector(model, file.Manifest, labels.Count > 0 ? labels : LabelsOf(model), options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>RapidAI's exports name their classes in the metadata.</summary>
    private static string[] LabelsOf(OnnxModel model) => model.Metadata.TryGetValue("character", out var text)
        ? text.TrimEnd('\n').Split('\n')
        : [];
}
