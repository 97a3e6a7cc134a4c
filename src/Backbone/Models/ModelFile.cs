namespace PPLCNet.Vision.Backbone.Models;

/// <summary>A model that was found: its manifest and where its file lies.</summary>
/// <param name="Manifest">How to use it.</param>
/// <param name="Path">The file; empty for a model that only joins parts.</param>
public sealed record ModelFile(ModelManifest Manifest, string Path)
{
    /// <summary>Whether the file holds only weights, for a network in code.</summary>
    public bool IsWeights => Path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the file whole.</summary>
    public byte[] ReadAllBytes() => File.ReadAllBytes(Path);

    /// <summary>Reads labels or dictionary keys: the manifest's list, else its label file. Lines are not trimmed: U+3000 is a key.</summary>
    /// <returns>The labels, or an empty list where the manifest has none (the ONNX metadata may).</returns>
    public IReadOnlyList<string> ReadLabels()
    {
        if (Manifest.Labels.Count > 0 || Manifest.LabelFile.Length == 0)
        {
            return Manifest.Labels;
        }

        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? ".", Manifest.LabelFile);
        return File.Exists(path)
            ? File.ReadAllLines(path)
            : throw new ModelFormatException(Manifest.Name, $"the label file '{Manifest.LabelFile}' beside the model", "no such file");
    }
}
