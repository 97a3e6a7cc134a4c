using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Segmentation;

/// <summary>What a manifest's <c>settings</c> say about a segmentation model beyond its labels and preprocessing.</summary>
internal sealed record SegmentationSettings
{
    // Generated JSON readers set every init-only property, with null where the file says nothing: hence the setters below.

    /// <summary>Name of the palette: <c>voc</c>, <c>camvid</c> or <c>cityscapes</c>.</summary>
    public string Palette { get; init => field = value ?? field; } = "voc";

    /// <summary>Id of "no class" in the ground truth of the model's data set; 255 where the manifest says nothing.</summary>
    public int? Void { get; init; }

    /// <summary>
    /// The data set's own id of each class (Cityscapes label ids for train ids); empty where they are the same.
    /// </summary>
    public IReadOnlyList<byte> DataSetIds { get; init => field = value ?? []; } = [];

    /// <summary>Whether logits are enlarged with the corner cells on the corners.</summary>
    public bool AlignCorners { get; init; }

    /// <summary>Whether the graph ends in a softmax, so that its values are probabilities already.</summary>
    public bool Softmax { get; init; }

    /// <summary>Reads the settings of a manifest; a network in code says itself how its maps are enlarged.</summary>
    /// <exception cref="ModelFormatException">A key is unknown, or a value does not fit.</exception>
    public static SegmentationSettings Of(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var settings = ManifestSettings.Read(
            manifest, SegmentationJson.Default.SegmentationSettings, "a segmentation model", s => _ = Labels.Palette.Named(s.Palette));
        if (settings.DataSetIds.Count > 0 && settings.DataSetIds.Count != manifest.Labels.Count)
        {
            throw new ModelFormatException(manifest.Name, $"{manifest.Labels.Count} data set ids, one per label", $"{settings.DataSetIds.Count}");
        }

        var alignCorners = manifest.Network is { ValueKind: JsonValueKind.Object } network
            && network.TryGetProperty("alignCorners", out var corners) && corners.ValueKind == JsonValueKind.True;
        return settings with { AlignCorners = settings.AlignCorners || alignCorners };
    }
}

/// <summary>Source-generated JSON of the settings that stand in manifests.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SegmentationSettings))]
internal sealed partial class SegmentationJson : JsonSerializerContext;
