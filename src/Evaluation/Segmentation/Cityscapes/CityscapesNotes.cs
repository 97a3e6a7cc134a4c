namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>What the reader of Cityscapes figures must know.</summary>
internal static class CityscapesNotes
{
    /// <summary>How far the score must rise when predictions are read as train ids; chance moves it less.</summary>
    private const double ClearGain = 0.05;

    /// <summary>The notes.</summary>
    /// <param name="evaluator">What was counted.</param>
    /// <param name="scores">Its scores.</param>
    /// <param name="without">Ground truth without instances, where it is known.</param>
    /// <param name="convert">What converts train ids, as the reader can ask for it.</param>
    public static IReadOnlyList<string> Of(
        CityscapesEvaluator evaluator,
        CityscapesScores scores,
        IReadOnlyList<string> without,
        string convert = "CityscapesTrainIdMap.ToLabelIds")
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(without);
        return [.. Notes(evaluator, scores, without, convert)];
    }

    private static IEnumerable<string> Notes(
        CityscapesEvaluator evaluator, CityscapesScores scores, IReadOnlyList<string> without, string convert)
    {
        var score = double.IsNaN(scores.AverageScoreClasses) ? 0 : scores.AverageScoreClasses;
        if (evaluator.AverageScoreClassesAsTrainIds() is { } byTrainIds && byTrainIds > score + ClearGain)
        {
            yield return $"the predictions look like train ids: averageScoreClasses is {score:0.0000}, "
                + $"and {byTrainIds:0.0000} when they are read as such; the evaluation takes label ids ({convert} converts).";
        }

        if (evaluator.TruthLooksLikeTrainIds)
        {
            yield return "the ground truth has no label id above 18, so no vegetation, sky, person or vehicle: "
                + "it may hold train ids instead of label ids.";
        }

        if (!evaluator.HasInstances)
        {
            var which = without.Count switch
            {
                0 => "a shard has pairs",
                1 => $"'{without[0]}' is a pair",
                _ => $"{without.Count} of {evaluator.Pairs} pairs (first '{without[0]}') are",
            };
            yield return $"no iIoU: {which} without *_gtFine_instanceIds.png.";
        }
    }
}
