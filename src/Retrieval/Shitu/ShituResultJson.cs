using System.Text.Json;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>
/// Recognized objects as JSON: <c>"objects": [{"box": [x0, y0, x1, y1], "matches": [...], "label", "probability"}]</c>, boxes
/// in pixels.
/// </summary>
internal static class ShituResultJson
{
    /// <summary>The label of an object that nothing in the gallery names.</summary>
    public const string Unknown = "unknown";

    /// <summary>Writes the property <c>objects</c> into the current object, in the order of the objects.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="result">The recognized objects.</param>
    /// <param name="paths">How the gallery keeps the paths of its files; null writes no paths.</param>
    public static void WriteObjects(this Utf8JsonWriter json, ShituResult result, ItemPaths? paths = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(result);
        json.WriteStartArray("objects");
        foreach (var found in result.Objects)
        {
            json.WriteStartObject();
            json.WriteFloats("box", found.Box.X0, found.Box.Y0, found.Box.X1, found.Box.Y1);
            json.WriteMatches("matches", found.Matches, match => PathOf(match, paths));
            json.WriteString("label", found.Label ?? Unknown);
            if (found.Probability is { } probability)
            {
                json.WriteNumber("probability", Math.Round(probability, 4));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string? PathOf(VectorMatch match, ItemPaths? paths) =>
        paths is not null && match.Metadata.TryGetValue(ItemPaths.Field, out var path) ? paths.Openable(path.ToString()) : null;
}
