using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>Reads the settings of networks and heads; what does not fit is an error that names the model.</summary>
internal static class NetworkSettings
{
    /// <summary>Reads an object of settings. Unknown keys are errors where the JSON context disallows them.</summary>
    /// <param name="element">The settings.</param>
    /// <param name="type">Their source-generated type.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="what">What the settings are of, for messages.</param>
    /// <exception cref="ModelFormatException">The settings are invalid.</exception>
    public static T Read<T>(JsonElement element, JsonTypeInfo<T> type, string model, string what)
        where T : class
    {
        try
        {
            return element.Deserialize(type) ?? throw new ModelFormatException(model, $"the settings of {what}", "null");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(model, $"the settings of {what}", e.Message, e);
        }
    }

    /// <summary>A text among the settings; null where it is not there or is something else.</summary>
    public static string? Text(JsonElement settings, string key) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
