using System.Runtime.CompilerServices;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Evaluation.Coco.Reading;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>
/// Truth and detections joined: positions instead of ids, buckets by category and image, masks where they are compared.
/// </summary>
internal sealed class EvaluationInput
{
    private EvaluationInput(
        CocoGroundTruth truth, AnnotationColumns annotations, CocoResults results, int[] detectionImages, int[] detectionCategories)
    {
        Truth = truth;
        Annotations = annotations;
        Results = results;
        DetectionImages = detectionImages;
        DetectionCategories = detectionCategories;
    }

    public CocoGroundTruth Truth { get; }

    /// <summary>The truth's annotations, with crowds and ignored ones as the rules see them.</summary>
    public AnnotationColumns Annotations { get; }

    public CocoResults Results { get; }

    /// <summary>Image position of each detection.</summary>
    public int[] DetectionImages { get; }

    /// <summary>
    /// Category position of each detection; -1 = not evaluated (unknown category, another shard's image, or left out by the
    /// rules).
    /// </summary>
    public int[] DetectionCategories { get; }

    /// <summary>Detections that count neither way where they find nothing; empty = none is.</summary>
    public required bool[] Lenient { get; init; }

    public required Buckets TruthBuckets { get; init; }

    public required Buckets DetectionBuckets { get; init; }

    public required int CategoryCount { get; init; }

    /// <summary>Masks of annotations; empty where boxes are compared.</summary>
    public required RleMask?[] TruthMasks { get; init; }

    /// <summary>Masks of detections; empty where boxes are compared.</summary>
    public required RleMask?[] DetectionMasks { get; init; }

    /// <summary>Detections of categories that the truth does not list.</summary>
    public required int UnknownCategoryCount { get; init; }

    /// <exception cref="DataFormatException">A detection names an image that the truth does not list, or a mask does not fit
    /// its image.</exception>
    [MethodImpl(HotLoop.Options)]
    public static EvaluationInput Join(CocoGroundTruth truth, CocoResults results, CocoEvaluationOptions options, Func<int, bool>? takesImage)
    {
        var rows = results.Rows;
        var (images, categories) = (new int[rows.Length], new int[rows.Length]);
        var unknownCategories = 0;
        var foreignImages = results.Foreign.Positions(truth.ImagePosition);
        var foreignCategories = results.Foreign.Positions(truth.CategoryPosition);
        for (var i = 0; i < rows.Length; i++)
        {
            var (imageId, categoryId) = (rows[i].Image, rows[i].Category);
            var image = i > 0 && imageId == rows[i - 1].Image ? images[i - 1]
                : ForeignIds.IsCode(imageId) ? foreignImages[ForeignIds.Index(imageId)]
                : truth.ImagePosition(imageId);
            if (image < 0)
            {
                throw new DataFormatException(
                    $"'{results.Source}': detection {i} (0-based) is of image {results.Foreign.Name(imageId)}, which '{truth.Source}' does not list; "
                    + "expected only results of images in this ground truth.");
            }

            images[i] = image;
            categories[i] = ForeignIds.IsCode(categoryId)
                ? foreignCategories[ForeignIds.Index(categoryId)]
                : truth.CategoryPosition(categoryId);
            unknownCategories += categories[i] < 0 ? 1 : 0;
        }

        if (options.MaxDetectionsPerImage > 0)
        {
            FederatedRules.Limit(results.Scores(), images, categories, truth.Images.Count, options.MaxDetectionsPerImage);
        }

        var annotations = options.Federated ? FederatedRules.Of(truth.Annotations) : truth.Annotations;
        var truthCategories = WithoutFlaws(annotations, options);
        bool[] lenient = [];
        if (options.Federated)
        {
            FederatedRules.DropWithoutArea(rows, categories);
            lenient = FederatedRules.Apply(truth, truthCategories, images, categories);
        }

        if (takesImage is not null)
        {
            truthCategories = Mask(truthCategories, annotations.Image, takesImage);
            categories = Mask(categories, images, takesImage);
        }

        var count = truth.Categories.Count;
        var truthBuckets = new Buckets(annotations.Image, truthCategories, truth.Images.Count, count);
        var detectionBuckets = new Buckets(images, categories, truth.Images.Count, count);
        if (!options.UseCategories)
        {
            count = 1;
            truthBuckets = truthBuckets.Merged(annotations.Image, truth.Images.Count);
            detectionBuckets = detectionBuckets.Merged(images, truth.Images.Count);
        }

        var masks = options.Iou == CocoIou.Mask;
        return new EvaluationInput(truth, annotations, results, images, categories)
        {
            Lenient = lenient,
            TruthBuckets = truthBuckets,
            DetectionBuckets = detectionBuckets,
            CategoryCount = count,
            UnknownCategoryCount = unknownCategories,
            TruthMasks = masks ? MaskFactory.OfTruth(truth, truthCategories, options.Degree) : [],
            DetectionMasks = masks ? MaskFactory.OfResults(truth, results, images, categories, options.Degree) : [],
        };
    }

    // Category position of each truth, -1 where the rules leave it out.
    private static int[] WithoutFlaws(AnnotationColumns annotations, CocoEvaluationOptions options)
    {
        var forbidden = options.Federated ? TruthFlaws.UnlistedCategory | TruthFlaws.NoArea
            : options.UseCategories ? TruthFlaws.UnlistedCategory
            : TruthFlaws.None;
        return Array.Exists(annotations.Flaws, f => (f & forbidden) != 0)
            ? [.. annotations.Category.Zip(annotations.Flaws, (category, flaws) => (flaws & forbidden) != 0 ? -1 : category)]
            : annotations.Category;
    }

    private static int[] Mask(int[] categories, int[] images, Func<int, bool> takesImage)
    {
        var masked = new int[categories.Length];
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] = takesImage(images[i]) ? categories[i] : -1;
        }

        return masked;
    }
}
