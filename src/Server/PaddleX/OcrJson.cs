using System.Text.Json;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>What was read, as PaddleX's <c>prunedResult</c> of OCR, with its keys in its order.</summary>
internal static class OcrJson
{
    /// <summary>Writes the properties into the current object.</summary>
    public static void Write(Utf8JsonWriter json, OcrResult result, OcrSettings settings)
    {
        var options = settings.Options;
        OcrLine[] kept = [.. result.Lines.Where(l => l.Score >= settings.MinScore)];
        json.WriteStartObject("model_settings");
        json.WriteBoolean("use_doc_preprocessor", options.PageOrientation);
        json.WriteBoolean("use_textline_orientation", options.LineOrientation);
        json.WriteEndObject();
        if (options.PageOrientation)
        {
            json.WriteStartObject("doc_preprocessor_res");
            json.WriteStartObject("model_settings");
            json.WriteBoolean("use_doc_orientation_classify", true);
            json.WriteBoolean("use_doc_unwarping", false);
            json.WriteEndObject();
            json.WriteNumber("angle", result.PageTurn);
            json.WriteEndObject();
        }

        WriteQuads(json, "dt_polys", result.Lines);
        json.WriteStartObject("text_det_params");
        json.WriteNumber("limit_side_len", settings.Size?.Limit ?? 0);
        json.WriteString("limit_type", settings.Size?.Side == SideLimit.Max ? "max" : "min");
        json.WriteNumber("thresh", settings.Detection.Threshold);
        json.WriteNumber("box_thresh", settings.Detection.BoxThreshold);
        json.WriteNumber("unclip_ratio", settings.Detection.UnclipRatio);
        json.WriteEndObject();
        json.WriteString("text_type", "general");
        WriteNumbers(json, "textline_orientation_angles", result.Lines.Select(l => options.LineOrientation ? Turn(l.Quad) : -1f));
        json.WriteNumber("text_rec_score_thresh", settings.MinScore);
        json.WriteBoolean("return_word_box", options.Words);
        json.WriteStartArray("rec_texts");
        Array.ForEach(kept, l => json.WriteStringValue(l.Text));
        json.WriteEndArray();
        WriteNumbers(json, "rec_scores", kept.Select(l => l.Score));
        WriteQuads(json, "rec_polys", kept);
        json.WriteStartArray("rec_boxes");
        Array.ForEach(kept, l => WriteBox(json, l.Quad));
        json.WriteEndArray();
        if (options.Words)
        {
            WriteWords(json, kept);
        }
    }

    // The corners begin at the top left of the text: where that lies on the right, the line stood on its head.
    private static float Turn(Quad quad) =>
        Math.Abs(quad[1].X - quad[0].X) >= Math.Abs(quad[1].Y - quad[0].Y) && quad[1].X < quad[0].X ? 1 : 0;

    private static void WriteWords(Utf8JsonWriter json, OcrLine[] lines)
    {
        json.WriteStartArray("text_word");
        foreach (var line in lines)
        {
            json.WriteStartArray();
            line.Words.ToList().ForEach(w => json.WriteStringValue(w.Text));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("text_word_boxes");
        foreach (var line in lines)
        {
            json.WriteStartArray();
            line.Words.ToList().ForEach(w => WriteBox(json, w.Quad));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteQuads(Utf8JsonWriter json, string name, IEnumerable<OcrLine> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            WriteQuad(json, line.Quad);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes four corners as whole pixels.</summary>
    public static void WriteQuad(Utf8JsonWriter json, Quad quad)
    {
        json.WriteStartArray();
        for (var i = 0; i < 4; i++)
        {
            json.WriteStartArray();
            json.WriteNumberValue((int)MathF.Round(quad[i].X));
            json.WriteNumberValue((int)MathF.Round(quad[i].Y));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteBox(Utf8JsonWriter json, Quad quad)
    {
        var (left, top, right, bottom) = quad.Bounds();
        json.WriteStartArray();
        json.WriteNumberValue((int)MathF.Round(left));
        json.WriteNumberValue((int)MathF.Round(top));
        json.WriteNumberValue((int)MathF.Round(right));
        json.WriteNumberValue((int)MathF.Round(bottom));
        json.WriteEndArray();
    }
}
