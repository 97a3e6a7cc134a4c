using System.Text.Json;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Json;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// Detections as JSON: <c>"detections": [{"class", "class_id", "score", "box": [x0, y0, x1, y1]}]</c>, boxes in pixels.
/// </summary>
internal static class DetectionsJson
{
    /// <summary>Writes a property into the current object, in the order of the detections.</summary>
    public static void WriteDetections(
        this Utf8JsonWriter json, IReadOnlyList<DetectedObject> detections, string name = "detections")
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(detections);
        json.WriteStartArray(name);
        foreach (var found in detections)
        {
            json.WriteStartObject();
            json.WriteString("class", found.Class);
            json.WriteNumber("class_id", found.ClassId);
            json.WriteNumber("score", found.Score);
            json.WriteFloats("box", found.Box.X0, found.Box.Y0, found.Box.X1, found.Box.Y1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads the property <c>detections</c> of an object that <see cref="WriteDetections"/> wrote.</summary>
    /// <param name="json">The object.</param>
    /// <param name="labels">Class names by index, as the detector has them.</param>
    /// <exception cref="KeyNotFoundException">A property is missing.</exception>
    /// <exception cref="InvalidOperationException">A property has another type.</exception>
    public static Detections ReadDetections(JsonElement json, IReadOnlyList<string> labels)
    {
        JsonElement[] objects = [.. json.GetProperty("detections").EnumerateArray()];
        return new Detections(
            [.. objects.Select(o => ReadBox(o.GetProperty("box")))],
            [.. objects.Select(o => o.GetProperty("score").GetSingle())],
            [.. objects.Select(o => o.GetProperty("class_id").GetInt32())],
            labels);
    }

    private static Box ReadBox(JsonElement box) =>
        new(box[0].GetSingle(), box[1].GetSingle(), box[2].GetSingle(), box[3].GetSingle());
}
