using System.Text.Json.Serialization;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>What the manifest of a model of attributes says under <c>settings</c>.</summary>
internal sealed class AttributeSettings
{
    /// <summary><c>person</c>, <c>vehicle</c>, <c>table</c>, or <c>labels</c> for every label above the threshold.</summary>
    public string Rule { get; set; } = "labels";

    /// <summary>Probability above which an attribute is there.</summary>
    public float Threshold { get; set; } = 0.5f;

    /// <summary>The same for glasses, in the rule <c>person</c>; null takes <see cref="Threshold"/>.</summary>
    public float? GlassesThreshold { get; set; }

    /// <summary>The same for things held in front, in the rule <c>person</c>.</summary>
    public float? HoldThreshold { get; set; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="ModelFormatException">A key is unknown or a value is out of range.</exception>
    public static AttributeSettings Of(ModelManifest manifest) =>
        ManifestSettings.Read(manifest, AttributeJson.Default.AttributeSettings, "a model of attributes", s => s.Check());

    private void Check()
    {
        if (Rule is not ("person" or "vehicle" or "table" or "labels"))
        {
            throw new ArgumentException($"the rule '{Rule}', which is none of person, vehicle, table, labels");
        }

        if (((float?[])[Threshold, GlassesThreshold, HoldThreshold]).Any(t => t is not (null or >= 0 and <= 1)))
        {
            throw new ArgumentException("thresholds, which must lie in 0 to 1");
        }
    }
}

/// <summary>Source-generated JSON of the settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AttributeSettings))]
internal sealed partial class AttributeJson : JsonSerializerContext;
