using System.Text.Json.Serialization;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Ocr;

/// <summary>Source-generated JSON of the settings that stand in manifests; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TextDetectionSettingsJson))]
internal sealed partial class OcrJson : JsonSerializerContext;

/// <summary>
/// <see cref="TextDetectionSettings"/> as JSON. Properties that can be set, because generated code gives <c>init</c>
/// properties that a file omits no default.
/// </summary>
internal sealed class TextDetectionSettingsJson
{
    private static readonly TextDetectionSettings Defaults = new();

    public float Threshold { get; set; } = Defaults.Threshold;

    public float BoxThreshold { get; set; } = Defaults.BoxThreshold;

    public float UnclipRatio { get; set; } = Defaults.UnclipRatio;

    public int MaxCandidates { get; set; } = Defaults.MaxCandidates;

    public int MaxPixels { get; set; } = Defaults.MaxPixels;

    public bool Dilate { get; set; }

    public BoxScoreMode ScoreMode { get; set; }

    public TextDetectionSettings ToSettings() => new()
    {
        Threshold = Threshold,
        BoxThreshold = BoxThreshold,
        UnclipRatio = UnclipRatio,
        MaxCandidates = MaxCandidates,
        MaxPixels = MaxPixels,
        Dilate = Dilate,
        ScoreMode = ScoreMode,
    };
}
