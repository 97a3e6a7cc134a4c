using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Evaluation.Coco.Matching;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// Evaluates detections as the COCO API does, to the same numbers. Works on categories in parallel; the numbers do not depend
/// on the number of threads. Thread-safe.
/// </summary>
public static class CocoEvaluator
{
    /// <summary>Evaluates all images of the truth.</summary>
    /// <param name="truth">The truth.</param>
    /// <param name="results">The detections; none at all is legal and gives 0 where there is truth.</param>
    /// <param name="options">How; null = COCO's defaults on boxes.</param>
    /// <exception cref="DataFormatException">A detection is of an image that the truth does not list, or a mask does not fit
    /// its image.</exception>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public static CocoEvaluation Evaluate(CocoGroundTruth truth, CocoResults results, CocoEvaluationOptions? options = null) =>
        Evaluate(truth, results, options, null);

    /// <summary>
    /// Evaluates some images only: one shard, whose <see cref="CocoEvaluation.Matches"/> merge with the others'.
    /// </summary>
    /// <param name="truth">The truth of all images.</param>
    /// <param name="results">The detections, of all images or of the shard's.</param>
    /// <param name="options">How; null = COCO's defaults on boxes.</param>
    /// <param name="takesImage">Whether the image at this position of <see cref="CocoGroundTruth.Images"/> belongs to the
    /// shard; null = all.</param>
    /// <inheritdoc cref="Evaluate(CocoGroundTruth, CocoResults, CocoEvaluationOptions?)"/>
    public static CocoEvaluation Evaluate(
        CocoGroundTruth truth, CocoResults results, CocoEvaluationOptions? options, Func<int, bool>? takesImage)
    {
        options ??= CocoEvaluationOptions.Default;
        options.Validate();
        var input = EvaluationInput.Join(truth, results, options, takesImage);
        var matches = new CategoryMatches[input.CategoryCount];
        Workers.ForEach(
            matches.Length,
            input.DetectionBuckets.Count,
            options.Degree,
            () => new CategoryMatcher(input, options),
            (matcher, category) => matches[category] = matcher.Match(category));

        CocoCategory[] categories = options.UseCategories ? [.. truth.Categories] : [new CocoCategory(-1, "all")];
        long[] images = [.. truth.Images.Where((_, position) => takesImage is null || takesImage(position)).Select(i => i.Id)];
        return new CocoMatches(options, categories, images, matches).Accumulate([.. truth.Warnings, .. Warnings(input, options)]);
    }

    private static IEnumerable<string> Warnings(EvaluationInput input, CocoEvaluationOptions options)
    {
        if (input.UnknownCategoryCount > 0)
        {
            yield return $"{input.Results.Source}: {input.UnknownCategoryCount} detections of categories that the ground truth does not list; "
                + "they are left out.";
        }

        var unsaid = input.Truth.Categories.Count(c => c.Frequency == CategoryFrequency.Unknown);
        if (options.Federated && unsaid > 0)
        {
            yield return $"{input.Truth.Source}: {unsaid} categories without a frequency of r, c or f; they count in AP alone.";
        }
    }
}
