namespace PPLCNet.Vision.Evaluation.Coco.Federated;

/// <summary>LVIS's rules of which detections take part at all, applied before matching.</summary>
internal static class FederatedRules
{
    private const int LeftOut = -1;

    /// <summary>
    /// Leaves out all but the best detections of each image, over all categories; of equal scores the earlier stay.
    /// </summary>
    /// <param name="scores">Score of each detection.</param>
    /// <param name="images">Image position of each detection.</param>
    /// <param name="categories">Category position of each detection; -1 is written where it is left out.</param>
    /// <param name="imageCount">Number of images.</param>
    /// <param name="limit">How many stay in an image.</param>
    public static void Limit(double[] scores, int[] images, int[] categories, int imageCount, int limit)
    {
        var counts = new int[imageCount];
        foreach (var image in images)
        {
            counts[image]++;
        }

        var crowded = Enumerable.Range(0, images.Length).Where(i => counts[images[i]] > limit).ToLookup(i => images[i]);
        foreach (var rows in crowded)
        {
            foreach (var row in rows.OrderByDescending(i => scores[i]).Skip(limit)) // a stable order
            {
                categories[row] = LeftOut;
            }
        }
    }

    /// <summary>Annotations as LVIS sees them: no crowds, and those of the field <c>ignore</c> count neither way.</summary>
    public static AnnotationColumns Of(AnnotationColumns annotations) =>
        annotations with { Crowd = new bool[annotations.Crowd.Length], Ignored = annotations.OwnIgnore };

    /// <summary>Leaves out detections without an area: for LVIS they do not exist. Masks without a pixel are such.</summary>
    /// <param name="rows">The detections.</param>
    /// <param name="categories">Category position of each detection; -1 is written where it is left out.</param>
    public static void DropWithoutArea(ReadOnlySpan<CocoResults.Row> rows, int[] categories)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            categories[i] = rows[i].Area > 0 ? categories[i] : LeftOut;
        }
    }

    /// <summary>
    /// Leaves out detections of categories that their image neither has nor is known to lack, and tells which detections count
    /// neither way where they find nothing, because their image's annotations of the category are not exhaustive.
    /// </summary>
    /// <param name="truth">The truth.</param>
    /// <param name="truthCategories">Category position of each annotation; -1 where it takes no part.</param>
    /// <param name="images">Image position of each detection.</param>
    /// <param name="categories">Category position of each detection; -1 is written where it is left out.</param>
    /// <exception cref="DataFormatException">An image of the truth has no <see cref="FederatedLabels"/>.</exception>
    public static bool[] Apply(CocoGroundTruth truth, int[] truthCategories, int[] images, int[] categories)
    {
        var (judged, unsure) = (new HashSet<(int Image, int Category)>(), new HashSet<(int Image, int Category)>());
        for (var image = 0; image < truth.Images.Count; image++)
        {
            var labels = truth.Images[image].Labels ?? throw new DataFormatException(
                $"'{truth.Source}': expected ground truth of LVIS, with neg_category_ids and not_exhaustive_category_ids of every image; "
                + $"found image {truth.Images[image].Id} without them.");
            judged.UnionWith(labels.Absent.Select(id => (image, truth.CategoryPosition(id))));
            unsure.UnionWith(labels.NotExhaustive.Select(id => (image, truth.CategoryPosition(id))));
        }

        judged.UnionWith(truth.Annotations.Image.Zip(truthCategories));
        var lenient = new bool[categories.Length];
        for (var i = 0; i < categories.Length; i++)
        {
            var cell = (images[i], categories[i]);
            categories[i] = judged.Contains(cell) ? categories[i] : LeftOut;
            lenient[i] = unsure.Contains(cell);
        }

        return lenient;
    }
}
