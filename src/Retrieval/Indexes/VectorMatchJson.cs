using System.Text.Json;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>Matches of a search as JSON: <c>[{"id", "label", "score", "path"}]</c>.</summary>
internal static class VectorMatchJson
{
    /// <summary>Writes an array of matches into the current object, in their order.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="name">Name of the property, for example <c>matches</c>.</param>
    /// <param name="matches">The matches.</param>
    /// <param name="pathOf">
    /// The path of a match's file, or null where it has none; without the function no match has the property <c>path</c>.
    /// </param>
    public static void WriteMatches(
        this Utf8JsonWriter json, string name, IEnumerable<VectorMatch> matches, Func<VectorMatch, string?>? pathOf = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(matches);
        json.WriteStartArray(name);
        foreach (var match in matches)
        {
            json.WriteStartObject();
            json.WriteNumber("id", match.Id);
            json.WriteString("label", match.Label);
            json.WriteNumber("score", match.Score);
            if (pathOf?.Invoke(match) is { } path)
            {
                json.WriteString("path", path);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
