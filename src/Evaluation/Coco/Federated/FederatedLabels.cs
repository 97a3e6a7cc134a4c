namespace PPLCNet.Vision.Evaluation.Coco.Federated;

/// <summary>
/// What an image of a federated data set (LVIS, arXiv 1908.03195) tells about categories beyond its annotations. Not every
/// category was looked for in every image; detections of the others are neither right nor wrong.
/// </summary>
/// <param name="Absent">Ids of categories that were looked for and are not there; <c>neg_category_ids</c>.</param>
/// <param name="NotExhaustive">Ids of categories of which only some objects are annotated;
/// <c>not_exhaustive_category_ids</c>.</param>
internal sealed record FederatedLabels(IReadOnlyList<long> Absent, IReadOnlyList<long> NotExhaustive);

/// <summary>In how many training images LVIS has a category.</summary>
internal enum CategoryFrequency
{
    /// <summary>The data set does not say.</summary>
    Unknown,

    /// <summary>1 to 10 images; <c>r</c>.</summary>
    Rare,

    /// <summary>11 to 100 images; <c>c</c>.</summary>
    Common,

    /// <summary>More than 100 images; <c>f</c>.</summary>
    Frequent,
}
