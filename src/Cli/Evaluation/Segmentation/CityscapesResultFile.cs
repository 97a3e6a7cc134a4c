using System.Text.Json;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary>The official result file, <c>resultPixelLevelSemanticLabeling.json</c>, with null for NaN.</summary>
internal static class CityscapesResultFile
{
    /// <summary>Builds the file.</summary>
    public static byte[] Build(CityscapesEvaluator evaluator, CityscapesScores scores) => JsonLine.Build(json =>
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
    });

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
