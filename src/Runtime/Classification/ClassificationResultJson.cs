using System.Text.Json;

namespace PPLCNet.Vision.Runtime.Classification;

/// <summary>Classes as JSON: <c>"top": [{"class", "class_id", "score"}]</c>.</summary>
internal static class ClassificationResultJson
{
    /// <summary>Writes the property <c>top</c> into the current object, in the order of the classes.</summary>
    public static void WriteTop(this Utf8JsonWriter json, IReadOnlyList<ClassScore> classes)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(classes);
        json.WriteStartArray("top");
        foreach (var found in classes)
        {
            json.WriteStartObject();
            json.WriteString("class", found.Label);
            json.WriteNumber("class_id", found.ClassId);
            json.WriteNumber("score", found.Score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
