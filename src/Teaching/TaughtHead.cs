using PPLCNet.Vision.Files;
using PPLCNet.Vision.Json;
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
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"'{path}': expected a file name that ends in {Extension}, as a head on '{_backbone.File.Manifest.Name}' is written.", nameof(path));
        }

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
            Training = JsonOutput.Object(json =>
            {
                json.WriteString("backbone", origin.Name);
                json.WriteString("backboneFingerprint", _backbone.Fingerprint);
                json.WriteString("features", _backbone.FeatureNames);
                json.WriteTeaching(Report);
            }),
        });
    }
}
