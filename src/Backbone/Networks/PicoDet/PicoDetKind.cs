using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>
/// Kind <c>picodet</c>: <c>variant</c> (a name of <see cref="PicoDetSpec.Variants"/>), <c>export</c>; classes and input size
/// are those of the manifest's labels and preprocessing. <c>prefix</c>: where neck and head lie in a file that holds more
/// than a detector; <c>ignore</c>: the rest of that file.
/// </summary>
internal sealed class PicoDetKind : INetworkKind
{
    /// <inheritdoc/>
    public string Kind => "picodet";

    /// <summary>What the class outputs of the network hold that a manifest describes.</summary>
    /// <exception cref="ModelFormatException">The settings do not fit.</exception>
    public static ScoreRule ScoreRuleOf(NetworkRequest request)
    {
        var (spec, settings) = Read(request);
        return PicoDetNetwork.RuleOf(spec, settings.Export);
    }

    /// <inheritdoc/>
    public GraphBuilder Build(NetworkRequest request, WeightScope weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (spec, settings) = Read(request);
        weights.IgnoreListed(request.Settings, request.Model);
        return PicoDetNetwork.Build(spec, weights, settings.Export, settings.Prefix);
    }

    private static (PicoDetSpec Spec, PicoDetSettings Settings) Read(NetworkRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var settings = NetworkSettings.Read(request.Settings, PicoDetJson.Default.PicoDetSettings, request.Model, "a 'picodet' network");
        if (!PicoDetSpec.Variants.TryGetValue(settings.Variant, out var variant))
        {
            throw new ModelFormatException(request.Model, $"a variant among {string.Join(", ", PicoDetSpec.Variants.Keys)}", $"'{settings.Variant}'");
        }

        var (width, height) = request.Size ?? throw new ModelFormatException(request.Model, "preprocessing to one fixed size", "none");
        var classes = request.Labels.Count > 0 ? request.Labels.Count : variant.Classes;
        return (variant with { Width = width, Height = height, Classes = classes }, settings);
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
