namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>Names and numbers of a Cityscapes evaluation, named as in the official result file.</summary>
internal static class CityscapesSummary
{
    /// <summary>The averages, the number of pairs, and the scores of each class and category.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="pairs">Pairs counted.</param>
    public static EvaluationSummary Summarize(this CityscapesScores scores, int pairs)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var summary = new EvaluationSummary()
            .Add("averageScoreClasses", scores.AverageScoreClasses)
            .Add("averageScoreInstClasses", scores.AverageScoreInstClasses)
            .Add("averageScoreCategories", scores.AverageScoreCategories)
            .Add("averageScoreInstCategories", scores.AverageScoreInstCategories)
            .AddCount("pairs", pairs);
        foreach (var (prefix, values) in Groups(scores))
        {
            foreach (var (name, value) in values)
            {
                summary.Add($"{prefix}.{name}", value);
            }
        }

        return summary;
    }

    private static IEnumerable<(string Prefix, IReadOnlyDictionary<string, double> Values)> Groups(CityscapesScores scores) =>
    [
        ("classScores", scores.ClassScores),
        ("classInstScores", scores.ClassInstScores),
        ("categoryScores", scores.CategoryScores),
        ("categoryInstScores", scores.CategoryInstScores),
    ];
}
