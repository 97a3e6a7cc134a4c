using System.Text.Json;

namespace PPLCNet.Vision.Evaluation.Classification;

/// <summary>Counts of an evaluation; tallies of parts add up exactly.</summary>
/// <param name="Count">Images.</param>
/// <param name="Top1">How many have their class in first place.</param>
/// <param name="Top5">How many have it among the first five.</param>
public readonly record struct ClassificationTally(long Count, long Top1, long Top5)
{
    /// <summary>Adds one image.</summary>
    /// <param name="best">Its classes, best first, five or more where the model has so many.</param>
    /// <param name="classId">Its true class.</param>
    public ClassificationTally Add(IReadOnlyList<ClassScore> best, int classId)
    {
        ArgumentNullException.ThrowIfNull(best);
        var rank = 0;
        while (rank < best.Count && best[rank].ClassId != classId)
        {
            rank++;
        }

        return new ClassificationTally(Count + 1, Top1 + (rank == 0 && best.Count > 0 ? 1 : 0), Top5 + (rank < Math.Min(5, best.Count) ? 1 : 0));
    }

    /// <summary>
    /// The figures: the count, and the shares of images whose class is in first place and among the first five.
    /// </summary>
    internal EvaluationSummary Summarize() => new EvaluationSummary()
        .AddCount("count", Count)
        .Add("top1", (double)Top1 / Count)
        .Add("top5", (double)Top5 / Count);

    /// <summary>Writes the counts as fields of the current object.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("count", Count);
        json.WriteNumber("top1", Top1);
        json.WriteNumber("top5", Top5);
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote; adding parts up is exact.</summary>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static ClassificationTally ReadState(JsonElement state) => new(
        state.GetProperty("count").GetInt64(), state.GetProperty("top1").GetInt64(), state.GetProperty("top5").GetInt64());

    /// <summary>Adds another part.</summary>
    public ClassificationTally Add(ClassificationTally other) => new(Count + other.Count, Top1 + other.Top1, Top5 + other.Top5);
}
