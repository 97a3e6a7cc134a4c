using System.Text.Json;

namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>
/// Writes and reads a confusion matrix as the JSON field <c>confusion</c>: its non-zero counts as [truth, prediction,
/// pixels].
/// </summary>
internal static class ConfusionState
{
    /// <summary>Writes the field <c>confusion</c>.</summary>
    public static void Write(Utf8JsonWriter json, ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(matrix);
        json.WriteStartArray("confusion");
        foreach (var (truth, predicted, count) in matrix.NonZero())
        {
            json.WriteStartArray();
            json.WriteNumberValue(truth);
            json.WriteNumberValue(predicted);
            json.WriteNumberValue(count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Adds the field <c>confusion</c> to a matrix.</summary>
    /// <exception cref="DataFormatException">It does not fit the matrix.</exception>
    public static void Read(JsonElement state, ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        try
        {
            foreach (var row in state.GetProperty("confusion").EnumerateArray())
            {
                matrix.Add(row[0].GetInt32(), row[1].GetInt32(), row[2].GetInt64());
            }
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new DataFormatException($"expected a state with the confusion of {matrix.Classes} classes; {e.Message}", e);
        }
    }
}
