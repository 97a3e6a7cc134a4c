using System.Text.Json;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Runtime.Attributes;

namespace PPLCNet.Vision.Analysis;

/// <summary>
/// Attributes as JSON: <c>"people"</c> or <c>"vehicles": [{"box", "score", "attributes": [{"group", "name", "score"}]}]</c>,
/// boxes in pixels.
/// </summary>
internal static class AttributeAnalysisJson
{
    /// <summary>Writes the property into the current object.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="analysis">The persons or vehicles.</param>
    /// <param name="subject">What they are: <see cref="AttributeAnalyzer.Subject"/>.</param>
    public static void WriteAttributeAnalysis(this Utf8JsonWriter json, AttributeAnalysis analysis, string subject)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(analysis);
        json.WriteStartArray(
            subject switch { "person" => "people", "vehicle" => "vehicles", "table" => "tables", _ => "objects" });
        foreach (var (found, attributes) in analysis.Objects)
        {
            json.WriteStartObject();
            json.WriteFloats("box", found.Box.X0, found.Box.Y0, found.Box.X1, found.Box.Y1);
            json.WriteNumber("score", found.Score);
            json.WriteAttributes(attributes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
