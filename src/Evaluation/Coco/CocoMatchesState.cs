using System.Runtime.InteropServices;
using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Evaluation.Coco.Matching;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// Writes and reads <see cref="CocoMatches"/> as JSON fields, without loss: rules and categories in clear, columns as base64 of
/// little-endian values.
/// </summary>
internal static class CocoMatchesState
{
    /// <summary>Writes the fields of the current object.</summary>
    public static void Write(Utf8JsonWriter json, CocoMatches matches)
    {
        var options = matches.Options;
        json.WriteString("iou", options.Iou == CocoIou.Box ? "bbox" : "segm");
        json.WriteBoolean("use_categories", options.UseCategories);
        json.WriteBoolean("match_id_zero", options.MatchIdZero);
        json.WriteBoolean("federated", options.Federated);
        json.WriteNumber("max_detections_per_image", options.MaxDetectionsPerImage);
        json.WriteBase64String("thresholds", Bytes<double>([.. options.IouThresholds]));
        json.WriteBase64String("max_detections", Bytes<int>([.. options.MaxDetections]));
        json.WriteStartArray("areas");
        foreach (var area in options.Areas)
        {
            json.WriteStartObject();
            json.WriteString("name", area.Name);
            json.WriteNumber("min", area.Min);
            json.WriteNumber("max", area.Max);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBase64String("images", Bytes<long>([.. matches.ImageIds]));
        json.WriteStartArray("categories");
        for (var k = 0; k < matches.Categories.Count; k++)
        {
            WriteCategory(json, matches.Categories[k], matches.Matches[k]);
        }

        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="DataFormatException">A field is missing or does not fit.</exception>
    public static CocoMatches Read(JsonElement state)
    {
        try
        {
            var options = new CocoEvaluationOptions
            {
                Iou = state.GetProperty("iou").GetString() == "segm" ? CocoIou.Mask : CocoIou.Box,
                UseCategories = state.GetProperty("use_categories").GetBoolean(),
                MatchIdZero = state.GetProperty("match_id_zero").GetBoolean(),
                Federated = state.GetProperty("federated").GetBoolean(),
                MaxDetectionsPerImage = state.GetProperty("max_detections_per_image").GetInt32(),
                IouThresholds = Values<double>(state, "thresholds"),
                MaxDetections = Values<int>(state, "max_detections"),
                Areas = [.. state.GetProperty("areas").EnumerateArray().Select(a => new CocoAreaRange(
                    a.GetProperty("name").GetString()!, a.GetProperty("min").GetDouble(), a.GetProperty("max").GetDouble()))],
            };
            options.Validate();
            var categories = state.GetProperty("categories");
            return new CocoMatches(
                options,
                [.. categories.EnumerateArray().Select(ReadName)],
                Values<long>(state, "images"),
                [.. categories.EnumerateArray().Select(c => ReadCategory(c, options))]);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new DataFormatException($"Expected the state of a COCO evaluation, found other JSON: {e.Message}", e);
        }
    }

    private static CocoCategory ReadName(JsonElement category) =>
        new(category.GetProperty("id").GetInt64(), category.GetProperty("name").GetString()!)
        {
            Frequency = (CategoryFrequency)category.GetProperty("frequency").GetInt32(),
        };

    private static void WriteCategory(Utf8JsonWriter json, CocoCategory category, CategoryMatches matches)
    {
        json.WriteStartObject();
        json.WriteNumber("id", category.Id);
        json.WriteString("name", category.Name);
        json.WriteNumber("frequency", (int)category.Frequency);
        json.WriteBase64String("positives", Bytes<long>(matches.Positives));
        json.WriteBase64String("image", Bytes<long>(matches.Image));
        json.WriteBase64String("rank", Bytes<int>(matches.Rank));
        json.WriteBase64String("score", Bytes<double>(matches.Score));
        json.WriteBase64String("matched", Bytes<ulong>(matches.Matched));
        json.WriteBase64String("ignored", Bytes<ulong>(matches.Ignored));
        json.WriteEndObject();
    }

    private static CategoryMatches ReadCategory(JsonElement json, CocoEvaluationOptions options)
    {
        var matches = new CategoryMatches
        {
            Positives = Values<long>(json, "positives"),
            Image = Values<long>(json, "image"),
            Rank = Values<int>(json, "rank"),
            Score = Values<double>(json, "score"),
            Matched = Values<ulong>(json, "matched"),
            Ignored = Values<ulong>(json, "ignored"),
        };
        var count = matches.Image.Length;
        return matches.Positives.Length == options.Areas.Count && matches.Rank.Length == count && matches.Score.Length == count
            && matches.Matched.Length == count && matches.Ignored.Length == count
            ? matches
            : throw new DataFormatException("Expected columns of equal length in the state of a COCO evaluation, found different ones.");
    }

    private static ReadOnlySpan<byte> Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);

    private static T[] Values<T>(JsonElement json, string name)
        where T : unmanaged
    {
        var bytes = json.GetProperty(name).GetBytesFromBase64();
        return bytes.Length % Marshal.SizeOf<T>() == 0
            ? MemoryMarshal.Cast<byte, T>(bytes).ToArray()
            : throw new DataFormatException($"Expected whole values in '{name}' of the state of a COCO evaluation, found {bytes.Length} bytes.");
    }
}
