using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>
/// Kind <c>picodet</c>: <c>variant</c> (a name of <see cref="PicoDetSpec.Variants"/>), <c>export</c>; classes and input size are those of
/// the manifest's labels and preprocessing. <c>prefix</c>: where neck and head lie in a file that holds more than a detector;
/// <c>ignore</c>: the rest of that file.
/// </summary>
public sealed class PicoDetKind : INetworkKind
{
    /// <summary>The networks in code that detectors know.</summary>
    public static NetworkKinds All { get; } = NetworkKinds.Default.With(new PicoDetKind());

    /// <inheritdoc/>
    public string Kind => "picodet";

    /// <inheritdoc/>
    public byte[] Build(ModelManifest manifest, JsonElement network, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var settings = Read(manifest, network);
        if (!PicoDetSpec.Variants.TryGetValue(settings.Variant, out var variant))
        {
            throw new ModelFormatException(manifest.Name, $"a variant among {string.Join(", ", PicoDetSpec.Variants.Keys)}", $"'{settings.Variant}'");
        }

        var (width, height) = manifest.Preprocess?.Size.TensorSize
            ?? throw new ModelFormatException(manifest.Name, "preprocessing to one fixed size", "none");
        var spec = variant with { Width = width, Height = height, Classes = manifest.Labels.Count > 0 ? manifest.Labels.Count : variant.Classes };
        weights.IgnoreListed(network, manifest.Name);
        var rule = DetectorSettings.Of(manifest).ScoreRule;
        return rule == PicoDetNetwork.RuleOf(spec, settings.Export)
            ? PicoDetNetwork.Build(spec, weights, settings.Export, settings.Prefix).ToBytes()
            : throw new ModelFormatException(manifest.Name, $"the score rule {PicoDetNetwork.RuleOf(spec, settings.Export)} of export {settings.Export}", $"{rule}");
    }

    private static PicoDetSettings Read(ModelManifest manifest, JsonElement network)
    {
        try
        {
            return network.Deserialize(PicoDetJson.Default.PicoDetSettings)!;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(manifest.Name, "the settings of a 'picodet' network", e.Message, e);
        }
    }
}

/// <summary>The JSON of a manifest's <c>picodet</c> network.</summary>
internal sealed class PicoDetSettings
{
    public string Kind { get; set; } = "picodet";

    public string Variant { get; set; } = "";

    public PicoDetExport Export { get; set; }

    public string Prefix { get; set; } = "";

    public JsonElement Ignore { get; set; } // see IgnoredWeights
}

/// <summary>Source-generated JSON of the network's settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PicoDetSettings))]
internal sealed partial class PicoDetJson : JsonSerializerContext;
