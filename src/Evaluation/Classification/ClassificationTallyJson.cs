using System.Text.Json;

namespace PPLCNet.Vision.Evaluation.Classification;

/// <summary>Writes and reads the counts of a part as JSON fields; adding parts up is exact.</summary>
internal static class ClassificationTallyJson
{
    /// <summary>Writes the fields of the current object.</summary>
    public static void WriteState(this ClassificationTally tally, Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("count", tally.Count);
        json.WriteNumber("top1", tally.Top1);
        json.WriteNumber("top5", tally.Top5);
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static ClassificationTally ReadState(JsonElement state) => new(
        state.GetProperty("count").GetInt64(), state.GetProperty("top1").GetInt64(), state.GetProperty("top5").GetInt64());

    /// <summary>
    /// The figures: the count, and the shares of images whose class is in first place and among the first five.
    /// </summary>
    public static EvaluationSummary Summarize(this ClassificationTally tally) => new EvaluationSummary()
        .AddCount("count", tally.Count)
        .Add("top1", (double)tally.Top1 / tally.Count)
        .Add("top5", (double)tally.Top5 / tally.Count);
}
