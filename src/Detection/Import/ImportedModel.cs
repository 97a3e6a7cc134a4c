using System.Text.Json;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Detection.Import;

/// <summary>A model ready to be stored: its manifest and the bytes of its file.</summary>
/// <param name="Manifest">The manifest; <see cref="ModelManifest.File"/> names the file.</param>
/// <param name="Bytes">The file.</param>
internal sealed record ImportedModel(ModelManifest Manifest, byte[] Bytes)
{
    /// <summary>Writes file and manifest side by side, where the catalog finds them by name.</summary>
    /// <returns>Path of the model's file.</returns>
    public string Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Manifest.File);
        AtomicFile.Write(path, overwrite: true, stream => stream.Write(Bytes));
        var manifest = JsonSerializer.SerializeToUtf8Bytes(Manifest, ModelJson.Default.ModelManifest);
        AtomicFile.Write(Path.Combine(folder, Manifest.Name + ".json"), overwrite: true, stream => stream.Write(manifest));
        return path;
    }
}
