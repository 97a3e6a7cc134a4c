using System.Text.Json.Serialization;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>The settings of a manifest whose model answers with a vector: classification, orientation, embedding.</summary>
internal sealed class VectorSettings
{
    /// <summary><c>softmax</c> or <c>none</c>; null decides by the graph's last operator.</summary>
    public string? Activation { get; set; }

    /// <summary>Name of the output with one score per class.</summary>
    public string? Logits { get; set; }

    /// <summary>Name of the output with the embedding.</summary>
    public string? Features { get; set; }

    /// <summary>Name of the output with the novelty of the image, where 1 is the threshold.</summary>
    public string? Novelty { get; set; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="ModelFormatException">A key is unknown or a value is out of range.</exception>
    public static VectorSettings Of(ModelManifest manifest) =>
        ManifestSettings.Read(manifest, VectorSettingsJson.Default.VectorSettings, "a classifier or embedder", Check);

    private static void Check(VectorSettings settings)
    {
        if (settings.Activation is not (null or "softmax" or "none"))
        {
            throw new ArgumentException($"the activation '{settings.Activation}', which is neither 'softmax' nor 'none'");
        }
    }
}

/// <summary>Source-generated JSON of the settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(VectorSettings))]
internal sealed partial class VectorSettingsJson : JsonSerializerContext;
