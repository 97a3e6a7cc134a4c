using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Federated;

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
        foreach (var (name, value) in Figures(evaluation))
        {
            summary.Add(name, value);
        }

        if (report?.PerCategory == true)
        {
            foreach (var category in evaluation.Categories)
            {
                summary.Add($"AP.{category.Category.Name}", category.AP);
            }
        }

        return new EvalOutcome
        {
            Summary = summary,
            WriteState = json => CocoMatchesState.Write(json, evaluation.Matches),
            WriteReport = page => CocoReport.Write(page, evaluation, report),
        };
    }

    // A federated evaluation is LVIS's, else it is COCO's.
    private static IEnumerable<(string Name, double Value)> Figures(CocoEvaluation evaluation) => evaluation.Matches.Options.Federated
        ? LvisSummary.Names.Zip(LvisSummary.Of(evaluation).Values)
        : CocoSummary.Names.Zip(evaluation.Summary.Values);

    /// <summary>The outcome of joined shards.</summary>
    public static EvalOutcome Merge(IReadOnlyList<JsonElement> states) =>
        Of(CocoMatches.Merge([.. states.Select(CocoMatchesState.Read)]).Accumulate());
}
