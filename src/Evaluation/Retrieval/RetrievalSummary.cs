namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>Names and numbers of a retrieval evaluation.</summary>
internal static class RetrievalSummary
{
    /// <summary>
    /// Recall, mAP, mINP and precision; bootstrap intervals and bounds of ties where a query has something to find; counts.
    /// </summary>
    public static EvaluationSummary Summarize(this RetrievalReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var summary = new EvaluationSummary();
        foreach (var (k, value) in report.Recall)
        {
            summary.Add($"recall@{k}", value);
        }

        summary.Add("map", report.MeanAveragePrecision).Add("minp", report.MeanInverseNegativePenalty);
        foreach (var (k, value) in report.Precision)
        {
            summary.Add($"precision@{k}", value);
        }

        AddIntervals(summary, report);
        return summary.AddCount("queries", report.Queries).AddCount("valid_queries", report.ValidQueries);
    }

    private static void AddIntervals(EvaluationSummary summary, RetrievalReport report)
    {
        var valid = report.Outcomes.Where(o => o.Relevant > 0).ToArray();
        if (valid.Length == 0)
        {
            return;
        }

        var first = BootstrapInterval.OfMean([.. valid.Select(o => o.BestLabel == o.Label ? 1.0 : 0.0)]);
        var map = BootstrapInterval.OfMean([.. valid.Select(o => o.AveragePrecision)]);
        summary
            .Add("recall@1_low", first.Low).Add("recall@1_high", first.High)
            .Add("map_low", map.Low).Add("map_high", map.High)
            .Add("map_ties_worst", report.MeanAveragePrecisionBounds.Worst).Add("map_ties_best", report.MeanAveragePrecisionBounds.Best);
    }
}
