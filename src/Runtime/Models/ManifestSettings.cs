using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>
/// The one reader of a manifest's settings: an unknown key, a wrong type and a value out of range are errors that name the model.
/// </summary>
internal static class ManifestSettings
{
    /// <summary>Reads the settings of a task.</summary>
    /// <param name="manifest">The manifest; without settings, the defaults of <typeparamref name="T"/> hold.</param>
    /// <param name="type">The source-generated type, in a context that disallows unmapped members.</param>
    /// <param name="what">What the settings are of, for messages: <c>a detector</c>.</param>
    /// <param name="validate">Checks the values; throws <see cref="ArgumentException"/>.</param>
    /// <exception cref="ModelFormatException">A key is unknown, or a value has the wrong type or is out of range.</exception>
    public static T Read<T>(ModelManifest manifest, JsonTypeInfo<T> type, string what, Action<T>? validate = null)
        where T : class, new()
    {
        if (manifest.Settings is not { } json)
        {
            return new T();
        }

        return ForeignData.ReadModel(manifest.Name, $"the settings of {what} in the manifest", () =>
        {
            var settings = json.Deserialize(type) ?? new T();
            validate?.Invoke(settings);
            return settings;
        });
    }
}
