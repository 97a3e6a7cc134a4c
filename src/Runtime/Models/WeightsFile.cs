using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>Safetensors files that carry their manifest in their header, under the key that ONNX files use, too.</summary>
internal static class WeightsFile
{
    /// <summary>The manifest in a file; null where it has none, or is no safetensors file.</summary>
    /// <exception cref="ModelFormatException">It has one that cannot be read.</exception>
    public static ModelManifest? ReadManifest(string path)
    {
        if (!Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return ForeignData.ReadModel(path, "a safetensors file", () =>
        {
            using var file = InputFile.OpenRead(path);
            return Parse(Safetensors.FindMetadata(file, OnnxFile.ManifestKey), path);
        });
    }

    /// <summary>The manifest in the bytes of a file; null where there is none.</summary>
    /// <exception cref="ModelFormatException">There is one that cannot be read.</exception>
    public static ModelManifest? ReadManifest(ReadOnlyMemory<byte> file)
    {
        using var stream = new MemoryStream(file.ToArray(), writable: false);
        return Parse(Safetensors.FindMetadata(stream, OnnxFile.ManifestKey), "model");
    }

    /// <summary>Writes weights without loss, with a manifest in the header.</summary>
    public static void Write(Stream stream, WeightSet weights, ModelManifest manifest) =>
        Safetensors.WriteExact(stream, weights, new Dictionary<string, string>
        {
            [OnnxFile.ManifestKey] = JsonSerializer.Serialize(manifest, ModelJson.Default.ModelManifest),
        });

    private static ModelManifest? Parse(string? text, string source) =>
        text is null ? null : ModelJson.ReadManifest(Encoding.UTF8.GetBytes(text), $"{source}#{OnnxFile.ManifestKey}");
}
