using System.Globalization;
using PPLCNet.Vision.Evaluation.Coco.Federated;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// Names and numbers of an evaluation: COCO's twelve or LVIS's thirteen, and what other limits, overlaps and areas add to them.
/// </summary>
internal static class CocoFigures
{
    /// <summary>The figures in order, as a summary.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="perCategory">Whether the average precision of each category follows.</param>
    public static EvaluationSummary Summarize(CocoEvaluation evaluation, bool perCategory = false)
    {
        var summary = new EvaluationSummary();
        foreach (var (name, value) in perCategory ? Of(evaluation).Concat(OfCategories(evaluation)) : Of(evaluation))
        {
            summary.Add(name, value);
        }

        return summary;
    }

    /// <summary>The figures in order.</summary>
    public static IEnumerable<(string Name, double Value)> Of(CocoEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var options = evaluation.Matches.Options;
        var own = options.Federated
            ? LvisSummary.Names.Zip(LvisSummary.Of(evaluation).Values).Select(f => (f.First == "AR300" ? $"AR{options.MaxDetections[^1]}" : f.First, f.Second))
            : CocoSummary.Names.Zip(evaluation.Summary.Values);
        return own.Concat(More(evaluation)).DistinctBy(f => f.Item1);
    }

    /// <summary>AP of each category, with the id where a name stands for several.</summary>
    public static IEnumerable<(string Name, double Value)> OfCategories(CocoEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var counts = evaluation.Categories.CountBy(c => c.Category.Name).ToDictionary();
        return evaluation.Categories.Select(c => (
            counts[c.Category.Name] == 1 ? $"AP.{c.Category.Name}" : $"AP.{c.Category.Name}#{c.Category.IdText ?? $"{c.Category.Id}"}", c.AP));
    }

    // Nothing at all under COCO's and LVIS's own rules.
    private static IEnumerable<(string Name, double Value)> More(CocoEvaluation evaluation)
    {
        var (options, usual) = (evaluation.Matches.Options, CocoEvaluationOptions.Default);
        if (!options.IouThresholds.SequenceEqual(usual.IouThresholds))
        {
            for (var t = 0; t < options.IouThresholds.Count; t++)
            {
                yield return ($"AP{(100 * options.IouThresholds[t]).ToString("0.######", CultureInfo.InvariantCulture)}", evaluation.AveragePrecision(0, t));
            }
        }

        for (var m = 0; m < options.MaxDetections.Count; m++)
        {
            yield return ($"AR{options.MaxDetections[m]}", evaluation.AverageRecall(0, m));
        }

        for (var a = 1; a < options.Areas.Count; a++)
        {
            if (options.Areas[a].Name is "small" or "medium" or "large")
            {
                continue;
            }

            yield return ($"AP_{options.Areas[a].Name}", evaluation.AveragePrecision(a));
            yield return ($"AR_{options.Areas[a].Name}", evaluation.AverageRecall(a));
        }
    }
}
