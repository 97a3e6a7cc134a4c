using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Networks.MultiHead;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>The JSON of a <see cref="PicoDetNetworkHead"/>.</summary>
internal sealed class PicoDetHeadSettings
{
    public string Kind { get; set; } = "";

    public string Prefix { get; set; } = "";

    public string Variant { get; set; } = "";

    public string[] Labels { get; set; } = [];

    public int[] CategoryIds { get; set; } = [];

    public float ScoreThreshold { get; set; } = 0.025f;

    public float IouThreshold { get; set; } = 0.6f;

    /// <summary>Reads what a manifest says about the head.</summary>
    /// <exception cref="ModelFormatException">Settings are unknown or out of range.</exception>
    public static PicoDetHeadSettings Read(HeadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var settings = NetworkSettings.Read(
            request.Settings, PicoDetHeadJson.Default.PicoDetHeadSettings, request.Model, $"the head '{request.Output}'");
        return settings.Labels.Length > 0
            ? settings
            : throw new ModelFormatException(request.Model, $"labels of the head '{request.Output}'", "none");
    }

    /// <summary>The network; its input size is the graph's.</summary>
    public PicoDetSpec ToSpec(HeadRequest request) => PicoDetSpec.Variants.TryGetValue(Variant, out var variant)
        ? variant with { Classes = Labels.Length }
        : throw new ModelFormatException(
            request.Model, $"a variant among {string.Join(", ", PicoDetSpec.Variants.Keys)} for the head '{request.Output}'", $"'{Variant}'");

    /// <summary>What the class outputs hold.</summary>
    public ScoreRule ScoreRule(HeadRequest request) => PicoDetNetwork.RuleOf(ToSpec(request), PicoDetExport.Logits);
}

/// <summary>Source-generated JSON of the head's settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PicoDetHeadSettings))]
internal sealed partial class PicoDetHeadJson : JsonSerializerContext;
