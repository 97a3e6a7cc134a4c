using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;

namespace PPLCNet.Vision.Detection.Import;

/// <summary>A model ready to be stored: its manifest and the bytes of its file.</summary>
/// <param name="Manifest">The manifest; <see cref="ModelManifest.File"/> names the file.</param>
/// <param name="Bytes">The file.</param>
internal sealed record ImportedModel(ModelManifest Manifest, byte[] Bytes)
{
    /// <summary>Writes file and manifest side by side, where the catalog finds them by name.</summary>
    /// <returns>Path of the model's file.</returns>
    public string Save(string folder) => new PulledModel(Manifest, Bytes).Save(folder);
}
