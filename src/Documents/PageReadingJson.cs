using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Documents;

/// <summary>
/// What was read as JSON: <c>"page_turn"</c> and <c>"notes"</c> where there is something to tell, <c>"regions"</c> with a
/// layout, and <c>"lines": [{"text", "score", "quad": [[x, y], ...], "region", "words"}]</c>, places in pixels.
/// </summary>
internal static class PageReadingJson
{
    /// <summary>Writes the properties into the current object.</summary>
    public static void WritePage(Utf8JsonWriter json, PageReading page)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(page);
        if (page.Text.PageTurn != 0)
        {
            json.WriteNumber("page_turn", page.Text.PageTurn);
        }

        if (page.Text.Notes.Count > 0)
        {
            json.WriteStartArray("notes");
            foreach (var note in page.Text.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
        }

        if (page.Regions.Count > 0)
        {
            json.WriteDetections(page.Regions, "regions");
        }

        json.WriteStartArray("lines");
        for (var i = 0; i < page.Text.Lines.Count; i++)
        {
            var line = page.Text.Lines[i];
            json.WriteStartObject();
            WritePiece(json, line.Text, line.Score, line.Quad);
            if (page.RegionOfLine.Count > 0 && page.RegionOfLine[i] >= 0)
            {
                json.WriteNumber("region", page.RegionOfLine[i]);
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
