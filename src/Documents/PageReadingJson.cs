using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Json;

namespace PPLCNet.Vision.Documents;

/// <summary>
/// What was read in an image as JSON: <c>page_turn</c>, <c>notes</c> and <c>regions</c> where there are any, and
/// <c>"lines": [{"text", "score", "quad": [[x, y] x 4], "region", "words"}]</c>.
/// </summary>
internal static class PageReadingJson
{
    /// <summary>Writes the properties into the current object.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="value">What was read.</param>
    public static void WritePage(this Utf8JsonWriter json, PageReading value)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Text.PageTurn != 0)
        {
            json.WriteNumber("page_turn", value.Text.PageTurn);
        }

        if (value.Text.Notes.Count > 0)
        {
            json.WriteStartArray("notes");
            foreach (var note in value.Text.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
        }

        WriteRegions(json, value.Regions);
        json.WriteStartArray("lines");
        for (var i = 0; i < value.Text.Lines.Count; i++)
        {
            var line = value.Text.Lines[i];
            json.WriteStartObject();
            WritePiece(json, line.Text, line.Score, line.Quad);
            if (value.RegionOfLine.Count > 0 && value.RegionOfLine[i] >= 0)
            {
                json.WriteNumber("region", value.RegionOfLine[i]);
            }

            if (line.Words.Count > 0)
            {
                json.WriteStartArray("words");
                foreach (var word in line.Words)
                {
                    json.WriteStartObject();
                    WritePiece(json, word.Text, word.Score, word.Quad);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRegions(Utf8JsonWriter json, IReadOnlyList<DetectedObject> regions)
    {
        if (regions.Count == 0)
        {
            return;
        }

        json.WriteStartArray("regions");
        foreach (var region in regions)
        {
            json.WriteStartObject();
            json.WriteString("class", region.Class);
            json.WriteNumber("class_id", region.ClassId);
            json.WriteNumber("score", region.Score);
            json.WriteFloats("box", region.Box.X0, region.Box.Y0, region.Box.X1, region.Box.Y1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePiece(Utf8JsonWriter json, string text, float score, Quad quad)
    {
        json.WriteString("text", text);
        json.WriteNumber("score", score);
        json.WriteStartArray("quad");
        for (var i = 0; i < 4; i++)
        {
            json.WriteStartArray();
            json.WriteNumberValue(quad[i].X);
            json.WriteNumberValue(quad[i].Y);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
