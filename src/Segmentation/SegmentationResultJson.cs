using System.Text.Json;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Segmentation;

/// <summary>
/// Shares of classes as JSON: <c>"classes": [{"class", "class_id", "fraction"}]</c>, fractions of the image from 0 to 1.
/// </summary>
internal static class SegmentationResultJson
{
    /// <summary>Writes the property <c>classes</c> into the current object: the classes that occur.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="result">The segmentation.</param>
    /// <param name="outlines">What to add to each class.</param>
    public static void WriteClasses(
        this Utf8JsonWriter json, SegmentationResult result, RegionOutlines outlines = RegionOutlines.None)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(result);
        json.WriteStartArray("classes");
        foreach (var share in result.Classes)
        {
            json.WriteStartObject();
            json.WriteString("class", share.Class);
            json.WriteNumber("class_id", share.ClassId);
            json.WriteNumber("fraction", share.Fraction);
            if (outlines.HasFlag(RegionOutlines.Polygons))
            {
                WritePolygons(json, RegionTracer.Trace(result.Map, share.ClassId));
            }

            if (outlines.HasFlag(RegionOutlines.RunLengths))
            {
                WriteRunLengths(json, RleMask.Of(result.Map, share.ClassId));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRunLengths(Utf8JsonWriter json, RleMask mask)
    {
        json.WriteStartObject("rle");
        json.WriteStartArray("size");
        json.WriteNumberValue(mask.Height);
        json.WriteNumberValue(mask.Width);
        json.WriteEndArray();
        json.WriteString("counts", mask.ToCompressed());
        json.WriteEndObject();
    }

    private static void WritePolygons(Utf8JsonWriter json, IReadOnlyList<RegionRing> rings)
    {
        json.WriteStartArray("polygons");
        foreach (var ring in rings)
        {
            json.WriteStartObject();
            json.WriteBoolean("hole", ring.IsHole);
            json.WriteStartArray("points");
            foreach (var point in ring.Points)
            {
                json.WriteStartArray();
                json.WriteNumberValue(point.X);
                json.WriteNumberValue(point.Y);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
