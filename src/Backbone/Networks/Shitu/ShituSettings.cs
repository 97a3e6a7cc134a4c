using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPLCNet.Vision.Backbone.Networks.Shitu;

/// <summary>The JSON of a manifest's <c>pp-shitu</c> network.</summary>
internal sealed class ShituSettings
{
    public string Kind { get; set; } = "";

    public int Version { get; set; } = 2;

    public int Dimensions { get; set; } = 512;

    public float DropoutFactor { get; set; } = ClassifierSpec.DefaultDropoutFactor;

    public bool Normalize { get; set; } = true;

    public JsonElement Ignore { get; set; } // see IgnoredWeights

    /// <summary>Reads and checks what a manifest says.</summary>
    /// <exception cref="ModelFormatException">A setting is unknown or out of range.</exception>
    public static ShituSettings Read(NetworkRequest request)
    {
        var settings = NetworkSettings.Read(
            request.Settings, ShituJson.Default.ShituSettings, request.Model, "a 'pp-shitu' network");
        if (settings.Dimensions < 1 || settings.Version is not (1 or 2))
        {
            throw new ModelFormatException(
                request.Model, "version 1 or 2 and at least one dimension of a 'pp-shitu' network",
                $"version {settings.Version}, {settings.Dimensions} dimensions");
        }

        var isVersion1 = settings.Version == 1;
        return isVersion1 || (settings.DropoutFactor == ClassifierSpec.DefaultDropoutFactor && settings.Normalize)
            ? settings
            : throw new ModelFormatException(
                request.Model, "'dropoutFactor' and 'normalize' only for version 1 of 'pp-shitu'", "version 2");
    }
}

/// <summary>Source-generated JSON of the settings; a setting that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ShituSettings))]
internal sealed partial class ShituJson : JsonSerializerContext;
