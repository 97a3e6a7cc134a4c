using System.Text.Json.Serialization;

namespace PPLCNet.Vision.Segmentation;

/// <summary>What a manifest's <c>settings</c> say about a segmentation model beyond its labels and preprocessing.</summary>
public sealed record SegmentationSettings
{
    // Generated JSON readers set every init-only property, with null where the file says nothing: hence the setters below.

    /// <summary>Name of the palette: <c>voc</c>, <c>camvid</c> or <c>cityscapes</c>.</summary>
    public string Palette { get; init => field = value ?? field; } = "voc";

    /// <summary>Id of "no class" in the ground truth of the model's data set; 255 where the manifest says nothing.</summary>
    public int? Void { get; init; }

    /// <summary>The data set's own id of each class (Cityscapes label ids for train ids); empty where they are the same.</summary>
    public IReadOnlyList<byte> DataSetIds { get; init => field = value ?? []; } = [];

    /// <summary>Whether logits are enlarged with the corner cells on the corners.</summary>
    public bool AlignCorners { get; init; }

    /// <summary>Whether the graph ends in a softmax, so that its values are probabilities already.</summary>
    public bool Softmax { get; init; }
}

/// <summary>Source-generated JSON of the settings that stand in manifests.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SegmentationSettings))]
internal sealed partial class SegmentationJson : JsonSerializerContext;
