using System.Security.Cryptography;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>A model that is ready to be stored: its manifest and the bytes of its file.</summary>
/// <param name="Manifest">The manifest; <see cref="ModelManifest.File"/> names the file.</param>
/// <param name="Bytes">The file; empty for a model that only joins parts.</param>
internal sealed record PulledModel(ModelManifest Manifest, byte[] Bytes)
{
    /// <summary>A model with size and hash in its manifest.</summary>
    public static PulledModel Of(ModelManifest manifest, byte[] bytes) =>
        new(manifest with { Bytes = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) }, bytes);

    /// <summary>
    /// Writes file and manifest side by side, where the catalog finds them by name. The manifest comes last: a model without
    /// one does not exist.
    /// </summary>
    /// <returns>Path of the model's file, or of the manifest where it has none.</returns>
    /// <exception cref="IOException">The disk cannot be written to.</exception>
    public string Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Manifest.File);
        var manifest = Path.Combine(folder, Manifest.Name + ".json");
        if (Manifest.File.Length > 0)
        {
            AtomicFile.Write(path, overwrite: true, stream => stream.Write(Bytes));
        }

        AtomicFile.Write(
            manifest, overwrite: true, stream => JsonSerializer.Serialize(stream, Manifest, ModelJson.Default.ModelManifest));
        return Manifest.File.Length > 0 ? path : manifest;
    }
}
