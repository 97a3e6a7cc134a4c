using System.Text.Json;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>
/// Writes and reads what a Cityscapes evaluator counted as JSON fields: whole numbers only, so that merging is exact.
/// </summary>
internal static class CityscapesState
{
    /// <summary>Writes the fields of the state.</summary>
    public static void Write(Utf8JsonWriter json, CityscapesEvaluator evaluator)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(evaluator);
        json.WriteNumber("pairs", evaluator.Pairs);
        json.WriteBoolean("has_instances", evaluator.HasInstances);
        ConfusionState.Write(json, evaluator.Confusion);
        json.WriteStartArray("instances");
        foreach (var row in evaluator.InstanceCounts)
        {
            json.WriteStartArray();
            json.WriteNumberValue(row.LabelId);
            json.WriteNumberValue(row.Size);
            json.WriteNumberValue(row.Count);
            json.WriteNumberValue(row.Hit);
            json.WriteNumberValue(row.CategoryHit);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="DataFormatException">It is none of this kind.</exception>
    public static CityscapesEvaluator Read(JsonElement state)
    {
        try
        {
            var confusion = new ConfusionMatrix(CityscapesLabels.All.Count);
            ConfusionState.Read(state, confusion);
            var instances = state.GetProperty("instances").EnumerateArray().Select(r =>
                new InstanceCount(r[0].GetInt32(), r[1].GetInt32(), r[2].GetInt64(), r[3].GetInt64(), r[4].GetInt64())).ToList();
            return CityscapesEvaluator.Restore(
                state.GetProperty("pairs").GetInt32(), confusion, state.GetProperty("has_instances").GetBoolean() ? instances : null);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new DataFormatException($"expected a state of eval cityscapes; {e.Message}", e);
        }
    }
}
