using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Detection;

/// <summary>What a detector's manifest says under <c>settings</c>.</summary>
internal sealed record DetectionSettings
{
    /// <summary>Score threshold that suits the model, 0 to 1.</summary>
    public float ScoreThreshold { get; init; } = 0.025f;

    /// <summary>IoU threshold of the suppression, 0 to 1.</summary>
    public float IouThreshold { get; init; } = 0.6f;

    /// <summary>
    /// Category id of each class in the data set the model was trained on; empty where class i is category i + 1.
    /// </summary>
    public IReadOnlyList<int> CategoryIds { get; init; } = [];

    /// <summary>Strides of the levels; empty means PicoDet's 8, 16, 32, 64.</summary>
    public IReadOnlyList<int> Strides { get; init; } = [];

    /// <summary>What raw class outputs hold.</summary>
    public ScoreRule ScoreRule { get; init; }

    /// <summary>Reads the settings of a manifest; the defaults where it has none.</summary>
    /// <exception cref="ModelFormatException">A key is unknown, or a value is out of range.</exception>
    public static DetectionSettings Of(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return ManifestSettings.Read(
            manifest, DetectionJson.Default.DetectionSettingsJson, "a detector", s => s.ToSettings().Validate()).ToSettings();
    }

    /// <summary>The settings of a head on a shared backbone.</summary>
    internal static DetectionSettings Of(PicoDetHeadSettings head, HeadRequest request)
    {
        var settings = new DetectionSettings
        {
            CategoryIds = head.CategoryIds,
            ScoreThreshold = head.ScoreThreshold,
            IouThreshold = head.IouThreshold,
            ScoreRule = head.ScoreRule(request),
        };
        try
        {
            settings.Validate();
            return settings;
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException(request.Model, $"the settings of the head '{request.Output}'", e.Message, e);
        }
    }

    private void Validate()
    {
        if (!(ScoreThreshold >= 0 && ScoreThreshold <= 1) || !(IouThreshold >= 0 && IouThreshold <= 1))
        {
            throw new ArgumentException($"scoreThreshold {ScoreThreshold} and iouThreshold {IouThreshold}, which must lie in 0 to 1");
        }

        if (Strides.Any(s => s < 1))
        {
            throw new ArgumentException($"strides [{string.Join(',', Strides)}], which must be positive");
        }
    }
}

/// <summary>
/// The same as JSON. Properties that can be set, because generated code gives <c>init</c> properties that a file omits no
/// default.
/// </summary>
internal sealed class DetectionSettingsJson
{
    private static readonly DetectionSettings Defaults = new();

    public float ScoreThreshold { get; set; } = Defaults.ScoreThreshold;

    public float IouThreshold { get; set; } = Defaults.IouThreshold;

    public int[]? CategoryIds { get; set; }

    public int[]? Strides { get; set; }

    public ScoreRule ScoreRule { get; set; }

    public DetectionSettings ToSettings() => new()
    {
        ScoreThreshold = ScoreThreshold,
        IouThreshold = IouThreshold,
        CategoryIds = CategoryIds ?? [],
        Strides = Strides ?? [],
        ScoreRule = ScoreRule,
    };
}

/// <summary>Source-generated JSON of a detector's settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DetectionSettingsJson))]
internal sealed partial class DetectionJson : JsonSerializerContext;
