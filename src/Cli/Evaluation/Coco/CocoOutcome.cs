using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Reports.Coco;

namespace PPLCNet.Vision.Cli.Evaluation.Coco;

/// <summary>Turns a COCO evaluation into figures, state and report; for every kind that evaluates detections.</summary>
internal static class CocoOutcome
{
    /// <summary>The outcome of one evaluation.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="report">What the report can show beyond the numbers; null = curves and tables only.</param>
    /// <param name="perCategory">Whether the figures hold a line for each category.</param>
    public static EvalOutcome Of(CocoEvaluation evaluation, CocoReportInput? report = null, bool perCategory = false)
    {
        return new EvalOutcome
        {
            Summary = CocoFigures.Summarize(evaluation, perCategory),
            WriteState = json => CocoMatchesState.Write(json, evaluation.Matches),
            WriteReport = page => CocoReport.Write(page, evaluation, report),
        };
    }

    /// <summary>Refuses a truth without images, over which there is nothing to measure.</summary>
    /// <exception cref="DataFormatException">It has none.</exception>
    public static void RequireImages(CocoGroundTruth truth)
    {
        if (truth.Images.Count == 0)
        {
            throw new DataFormatException($"'{truth.Source}': expected images to evaluate, found none.");
        }
    }

    /// <summary>The outcome of joined shards.</summary>
    public static EvalOutcome Merge(IReadOnlyList<JsonElement> states) =>
        Of(CocoMatches.Merge([.. states.Select(CocoMatchesState.Read)]).Accumulate());
}
