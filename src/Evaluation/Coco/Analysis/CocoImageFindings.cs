using PPLCNet.Vision.Evaluation.Coco.Matching;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco.Analysis;

/// <summary>What became of a detection or a truth.</summary>
public enum CocoFindingKind
{
    /// <summary>A detection that found a truth.</summary>
    TruePositive,

    /// <summary>A detection that found none.</summary>
    FalsePositive,

    /// <summary>A truth that no detection found.</summary>
    Missed,
}

/// <summary>One detection or missed truth of an image.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Category">Its category.</param>
/// <param name="Box">Its box.</param>
/// <param name="Score">Score of the detection; 0 for a missed truth.</param>
/// <param name="Overlap">Overlap with the truth that it found, else 0.</param>
public sealed record CocoFinding(CocoFindingKind Kind, CocoCategory Category, CocoBox Box, double Score, double Overlap);

/// <summary>An image with its true positives, false positives and misses, by category and falling score.</summary>
/// <param name="Image">The image.</param>
/// <param name="Findings">Everything that counts; what lies on crowds is left out.</param>
public sealed record CocoImageFindings(CocoImage Image, IReadOnlyList<CocoFinding> Findings)
{
    /// <summary>Number of findings of a kind.</summary>
    public int Count(CocoFindingKind kind) => Findings.Count(f => f.Kind == kind);

    /// <summary>Matches at one overlap and lists every image.</summary>
    /// <param name="truth">The truth.</param>
    /// <param name="results">The detections.</param>
    /// <param name="iou">Boxes or masks.</param>
    /// <param name="overlap">Overlap that counts as found.</param>
    /// <param name="minScore">Detections below this score are left out.</param>
    /// <param name="federated">Whether LVIS's rules hold; see <see cref="CocoEvaluationOptions.Lvis"/>.</param>
    /// <exception cref="DataFormatException">As <see cref="CocoEvaluator"/>.</exception>
    public static IReadOnlyList<CocoImageFindings> Collect(
        CocoGroundTruth truth, CocoResults results, CocoIou iou = CocoIou.Box, double overlap = 0.5, double minScore = 0.25,
        bool federated = false)
    {
        var findings = truth.Images.Select(_ => new List<CocoFinding>()).ToArray();
        Pairing.ForEachCell(truth, results, Pairing.Options(iou, overlap, useCategories: true, federated), minScore, cell =>
        {
            foreach (var pair in cell.Pairs().Where(p => !p.IsIgnored))
            {
                findings[cell.Image].Add(Describe(truth, results, cell, pair));
            }
        });
        return [.. truth.Images.Select((image, i) => new CocoImageFindings(image, findings[i]))];
    }

    private static CocoFinding Describe(CocoGroundTruth truth, CocoResults results, MatchedCell cell, Pair pair)
    {
        if (pair.Detection < 0)
        {
            var category = truth.Categories[truth.Annotations.Category[pair.Truth]];
            return new CocoFinding(CocoFindingKind.Missed, category, truth.Annotations.Box[pair.Truth], 0, 0);
        }

        var row = results.Rows[pair.Detection];
        var kind = pair.Truth < 0 ? CocoFindingKind.FalsePositive : CocoFindingKind.TruePositive;
        return new CocoFinding(kind, truth.Categories[cell.CategoryOf(pair.Detection)], row.Box, row.Score, pair.Overlap);
    }
}
