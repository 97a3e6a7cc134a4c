using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>Source-generated JSON of manifests and the catalog.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(CatalogFile))]
internal sealed partial class ModelJson : JsonSerializerContext
{
    /// <summary>Reads a manifest from UTF-8 JSON.</summary>
    /// <exception cref="ModelFormatException">It is none; the message names <paramref name="source"/>.</exception>
    internal static ModelManifest ReadManifest(ReadOnlySpan<byte> json, string source)
    {
        var bytes = json.ToArray();
        return ForeignData.ReadModel(source, "a manifest with name and task, and valid preprocessing", () =>
        {
            var manifest = JsonSerializer.Deserialize(bytes, Default.ModelManifest) ?? throw new ModelFormatException(source, "a manifest", "null");
            manifest.Preprocess?.Validate();
            return manifest is { Name: not null, Task: not null }
                ? manifest
                : throw new ModelFormatException(source, "a manifest with name and task", "null for one of them");
        });
    }
}

/// <summary>Shape of <c>models/catalog.json</c>.</summary>
internal sealed record CatalogFile
{
    /// <summary>Version of the layout; 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Every model that has a name.</summary>
    public IReadOnlyList<ModelManifest> Models { get; init; } = [];
}
