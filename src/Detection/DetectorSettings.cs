using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Files;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Detection;

/// <summary>What a detector's manifest says under <c>settings</c>.</summary>
public sealed record DetectorSettings
{
    /// <summary>Score threshold that suits the model.</summary>
    public float ScoreThreshold { get; init; } = 0.025f;

    /// <summary>IoU threshold of the suppression.</summary>
    public float IouThreshold { get; init; } = 0.6f;

    /// <summary>Category id of each class in the data set the model was trained on; empty where class i is category i + 1.</summary>
    public IReadOnlyList<int> CategoryIds { get; init; } = [];

    /// <summary>Strides of the levels; empty means PicoDet's 8, 16, 32, 64.</summary>
    public IReadOnlyList<int> Strides { get; init; } = [];

    /// <summary>What raw class outputs hold.</summary>
    public ScoreRule ScoreRule { get; init; }

    /// <summary>Reads the settings of a manifest; the defaults where it has none.</summary>
    /// <exception cref="ModelFormatException">The settings are none of a detector, or their lengths do not fit the labels.</exception>
    public static DetectorSettings Of(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest.Settings is not { } json)
        {
            return new DetectorSettings();
        }

        return ForeignData.ReadModel(
            manifest.Name,
            "settings of a detector",
            () => (json.Deserialize(DetectionJson.Default.DetectorSettingsJson) ?? new DetectorSettingsJson()).ToSettings());
    }
}

/// <summary>The same as JSON. Properties that can be set, because generated code gives <c>init</c> properties that a file omits no default.</summary>
internal sealed class DetectorSettingsJson
{
    private static readonly DetectorSettings Defaults = new();

    public float ScoreThreshold { get; set; } = Defaults.ScoreThreshold;

    public float IouThreshold { get; set; } = Defaults.IouThreshold;

    public int[]? CategoryIds { get; set; }

    public int[]? Strides { get; set; }

    public ScoreRule ScoreRule { get; set; }

    public DetectorSettings ToSettings() => new()
    {
        ScoreThreshold = ScoreThreshold,
        IouThreshold = IouThreshold,
        CategoryIds = CategoryIds ?? [],
        Strides = Strides ?? [],
        ScoreRule = ScoreRule,
    };
}

/// <summary>Source-generated JSON of this project's settings.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DetectorSettingsJson))]
internal sealed partial class DetectionJson : JsonSerializerContext;
