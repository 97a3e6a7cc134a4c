using System.Text.Json;
using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection.Evaluation;

/// <summary>What an evaluation of a detector found; parts of a data set are written as states and merged.</summary>
/// <param name="Evaluation">The evaluation.</param>
/// <param name="Timings">Sums of the times of each stage.</param>
/// <param name="Failed">Images that could not be read.</param>
internal sealed record DetectorScores(CocoEvaluation Evaluation, StageTimings Timings, int Failed)
{
    /// <summary>The figures of COCO, counts of images and detections, and mean times.</summary>
    /// <param name="perCategory">Whether the average precision of each category is among them.</param>
    public EvaluationSummary Summarize(bool perCategory = false)
    {
        var images = Evaluation.Matches.ImageIds.Count;
        var summary = CocoFigures.Summarize(Evaluation, perCategory)
            .AddCount("images", images)
            .AddCount("detections", Evaluation.Categories.Sum(c => (long)c.Detections));
        if (Failed > 0)
        {
            summary.AddCount("failed", Failed);
        }

        return images == 0 ? summary : summary
            .Add("ms_preprocess", Timings.Preprocess / images)
            .Add("ms_run", Timings.Run / images)
            .Add("ms_postprocess", Timings.Postprocess / images);
    }

    /// <summary>Writes the fields of the current object.</summary>
    public void WriteState(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteFloats("ms", (float)Timings.Preprocess, (float)Timings.Run, (float)Timings.Postprocess);
        json.WriteNumber("failed", Failed);
        CocoMatchesState.Write(json, Evaluation.Matches);
    }

    /// <summary>Joins what <see cref="WriteState"/> wrote for parts; equals one evaluation of the whole.</summary>
    /// <exception cref="DataFormatException">A state is none of this kind, or the rules of two differ.</exception>
    public static DetectorScores Merge(IReadOnlyList<JsonElement> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        return new DetectorScores(
            CocoMatches.Merge([.. states.Select(CocoMatchesState.Read)]).Accumulate(),
            states.Select(ReadTimings).Aggregate((a, b) => a + b),
            states.Sum(s => s.TryGetProperty("failed", out var failed) ? failed.GetInt32() : 0));
    }

    private static StageTimings ReadTimings(JsonElement state) =>
        state.TryGetProperty("ms", out var ms) && ms.ValueKind == JsonValueKind.Array && ms.GetArrayLength() == 3
            ? new StageTimings(0, ms[0].GetDouble(), ms[1].GetDouble(), ms[2].GetDouble())
            : throw new DataFormatException("Expected the state of `eval detector` with three times in 'ms', found none.");
}
