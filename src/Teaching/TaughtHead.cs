using System.Text.Json;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Teaching.Backbones;
using PPLCNet.Vision.Teaching.Figures;

namespace PPLCNet.Vision.Teaching;

/// <summary>A finished head on its backbone. Immutable; the trainer that made it must not be disposed before it is saved.</summary>
public sealed class TaughtHead
{
    private readonly FrozenBackbone _backbone;
    private readonly LinearHead _head;

    internal TaughtHead(FrozenBackbone backbone, LinearHead head, TeachingReport report) =>
        (_backbone, _head, Report) = (backbone, head, report);

    /// <summary>What it reached.</summary>
    public TeachingReport Report { get; }

    /// <summary>Class names in output order.</summary>
    public IReadOnlyList<string> Labels => _head.Labels;

    /// <summary>Extension of the file: <c>.safetensors</c> on a network in code, <c>.onnx</c> on a finished graph.</summary>
    public string Extension => _backbone.Extension;

    /// <summary>
    /// Writes backbone, head and manifest as one model file, which a classifier loads by its path. An existing file is
    /// replaced in one step.
    /// </summary>
    /// <param name="path">The file; its extension is <see cref="Extension"/>.</param>
    /// <exception cref="ArgumentException">The extension is another one.</exception>
    public void Save(string path)
    {
        CheckPath(path);
        AtomicFile.Write(path, overwrite: true, stream => Write(stream, Path.GetFileNameWithoutExtension(path)));
    }

    /// <summary>Writes the model file to a stream.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="name">Name of the model.</param>
    public void Write(Stream stream, string name)
    {
        var origin = _backbone.File.Manifest;
        _backbone.Write(stream, _head, new ModelManifest
        {
            Name = name,
            Task = "classification",
            License = origin.License,
            Description = $"{_head.Labels.Count} classes on the backbone of {origin.Name}.",
            Preprocess = _backbone.Preprocess,
            Labels = _head.Labels,
            Training = Figures(),
        });
    }

    /// <summary>Fails where the file cannot have this name.</summary>
    /// <exception cref="ArgumentException">The extension is another one than <see cref="Extension"/>.</exception>
    internal void CheckPath(string path) => CheckPath(path, Extension, _backbone.File.Manifest.Name);

    internal static void CheckPath(string path, string extension, string backbone)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{path}': expected a file name that ends in {extension}, as a head on '{backbone}' is written.", nameof(path));
        }
    }

    private JsonElement Figures()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("backbone", _backbone.File.Manifest.Name);
            json.WriteString("backboneFingerprint", _backbone.Fingerprint);
            json.WriteString("features", _backbone.FeatureNames);
            json.WriteTeaching(Report);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }
}
