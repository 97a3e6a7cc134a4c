using System.Text.Json;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>The official result file, <c>resultPixelLevelSemanticLabeling.json</c>, with null for NaN.</summary>
internal static class CityscapesResultFile
{
    /// <summary>Writes the file; it appears whole or not at all.</summary>
    public static void Write(string path, CityscapesEvaluator evaluator, CityscapesScores scores)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(scores);
        AtomicFile.Write(path, overwrite: true, stream =>
        {
            using (var json = new Utf8JsonWriter(stream))
            {
                json.WriteStartObject();
                WriteFields(json, evaluator, scores);
                json.WriteEndObject();
            }

            stream.Write("\n"u8);
        });
    }

    private static void WriteFields(Utf8JsonWriter json, CityscapesEvaluator evaluator, CityscapesScores scores)
    {
        var matrix = evaluator.Confusion;
        json.WriteStartArray("confMatrix");
        for (var t = 0; t < matrix.Classes; t++)
        {
            json.WriteStartArray();
            for (var p = 0; p < matrix.Classes; p++)
            {
                json.WriteNumberValue(matrix[t, p]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        Write(json, "priors", scores.Priors);
        json.WriteStartObject("labels");
        foreach (var label in CityscapesLabels.All)
        {
            json.WriteNumber(label.Name, label.Id);
        }

        json.WriteEndObject();
        Write(json, "classScores", scores.ClassScores);
        Write(json, "classInstScores", scores.ClassInstScores);
        Write(json, "categoryScores", scores.CategoryScores);
        Write(json, "categoryInstScores", scores.CategoryInstScores);
        json.WriteFinite("averageScoreClasses", scores.AverageScoreClasses);
        json.WriteFinite("averageScoreInstClasses", scores.AverageScoreInstClasses);
        json.WriteFinite("averageScoreCategories", scores.AverageScoreCategories);
        json.WriteFinite("averageScoreInstCategories", scores.AverageScoreInstCategories);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, double> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WriteFinite(key, value);
        }

        json.WriteEndObject();
    }
}
