using PPLCNet.Vision.Evaluation.Coco.Matching;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco.Analysis;

/// <summary>
/// How often each category was taken for another, with a last row and column for the background. Detections of an image by
/// falling score take the truth they overlap most, whatever its category. Immutable and thread-safe.
/// </summary>
public sealed class CocoConfusion
{
    private readonly long[,] _counts;

    private CocoConfusion(IReadOnlyList<CocoCategory> categories, long[,] counts)
    {
        Categories = categories;
        _counts = counts;
    }

    /// <summary>Categories, rising ids; the background follows them.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Position of the background.</summary>
    public int Background => Categories.Count;

    /// <summary>Objects of category <paramref name="truth"/> found as <paramref name="detected"/>.</summary>
    /// <param name="truth">Position of the true category; <see cref="Background"/> = false positives.</param>
    /// <param name="detected">Position of the detected category; <see cref="Background"/> = misses.</param>
    public long this[int truth, int detected] => _counts[truth, detected];

    /// <summary>Counts.</summary>
    /// <param name="truth">The truth.</param>
    /// <param name="results">The detections.</param>
    /// <param name="iou">Boxes or masks.</param>
    /// <param name="overlap">Overlap that counts as found.</param>
    /// <param name="minScore">Detections below this score are left out.</param>
    /// <param name="federated">Whether LVIS's rules hold; see <see cref="CocoEvaluationOptions.Lvis"/>.</param>
    /// <exception cref="DataFormatException">As <see cref="CocoEvaluator"/>.</exception>
    public static CocoConfusion Compute(
        CocoGroundTruth truth, CocoResults results, CocoIou iou = CocoIou.Box, double overlap = 0.5, double minScore = 0.25,
        bool federated = false)
    {
        var background = truth.Categories.Count;
        var counts = new long[background + 1, background + 1];
        Pairing.ForEachCell(truth, results, Pairing.Options(iou, overlap, useCategories: false, federated), minScore, cell =>
        {
            foreach (var pair in cell.Pairs().Where(p => !p.IsIgnored))
            {
                var actual = pair.Truth < 0 ? background : truth.Annotations.Category[pair.Truth];
                var detected = pair.Detection < 0 ? background : cell.CategoryOf(pair.Detection);
                counts[actual, detected]++;
            }
        });
        return new CocoConfusion(truth.Categories, counts);
    }
}
