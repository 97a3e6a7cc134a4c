using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Cli.Evaluation.Coco;

/// <summary>Turns a COCO evaluation into figures, state and report; for every kind that evaluates detections.</summary>
internal static class CocoOutcome
{
    /// <summary>The outcome of one evaluation.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="report">What the report can show beyond the numbers; null = curves and tables only.</param>
    public static EvalOutcome Of(CocoEvaluation evaluation, CocoReportInput? report = null)
    {
        var summary = new EvalSummary();
        foreach (var (name, value) in CocoFigures.Of(evaluation))
        {
            summary.Add(name, value);
        }

        if (report?.PerCategory == true)
        {
            foreach (var (name, value) in CocoFigures.OfCategories(evaluation))
            {
                summary.Add(name, value);
            }
        }

        return new EvalOutcome
        {
            Summary = summary,
            WriteState = json => CocoMatchesState.Write(json, evaluation.Matches),
            WriteReport = page => CocoReport.Write(page, evaluation, report),
        };
    }

    /// <summary>The outcome of joined shards.</summary>
    public static EvalOutcome Merge(IReadOnlyList<JsonElement> states) =>
        Of(CocoMatches.Merge([.. states.Select(CocoMatchesState.Read)]).Accumulate());
}
