using System.Text.Json.Serialization;
using PPLCNet.Vision.Backbone.Networks.MultiHead;

namespace PPLCNet.Vision.Backbone.Networks.DeepLab;

/// <summary>The JSON of a <see cref="DeepLabV3PlusNetworkHead"/>.</summary>
internal sealed class DeepLabV3PlusHeadSettings
{
    public string Kind { get; set; } = "";

    public string Prefix { get; set; } = "";

    public string[] Labels { get; set; } = [];

    public int[] Ratios { get; set; } = [1, 6, 12, 18];

    public bool AlignCorners { get; set; }

    public string Palette { get; set; } = "voc";

    /// <summary>Reads what a manifest says about the head.</summary>
    /// <exception cref="ModelFormatException">Settings are unknown or out of range.</exception>
    public static DeepLabV3PlusHeadSettings Read(HeadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var settings = NetworkSettings.Read(
            request.Settings, DeepLabV3PlusHeadJson.Default.DeepLabV3PlusHeadSettings, request.Model, $"the head '{request.Output}'");
        if (Vision.Labels.Palette.Find(settings.Palette) is null)
        {
            throw new ModelFormatException(
                request.Model, $"a palette among {string.Join(", ", Vision.Labels.Palette.Names)} for the head '{request.Output}'", $"'{settings.Palette}'");
        }

        return settings is { Labels.Length: > 0 and <= 256, Ratios.Length: > 0 } && settings.Ratios.All(r => r > 0)
            ? settings
            : throw new ModelFormatException(
                request.Model, $"1 to 256 labels and ratios from 1 on for the head '{request.Output}'", request.Settings.GetRawText());
    }
}

/// <summary>Source-generated JSON of the head's settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DeepLabV3PlusHeadSettings))]
internal sealed partial class DeepLabV3PlusHeadJson : JsonSerializerContext;
