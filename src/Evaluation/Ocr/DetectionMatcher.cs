using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>One image's matches between truth and detections.</summary>
/// <param name="CareTruths">Truths that count.</param>
/// <param name="CareDetections">Detections that count.</param>
/// <param name="Pairs">Matched truths and detections that both count.</param>
internal sealed record DetectionMatches(int CareTruths, int CareDetections, IReadOnlyList<(TextPolygon Truth, TextPolygon Detection)> Pairs);

/// <summary>
/// ICDAR's one-to-one matching at IoU above 0.5 as PaddleOCR's DetectionIoUEvaluator does it: greedy in the order of the truths,
/// then of the detections; detections more than half inside a don't-care region do not count; polygons that cross themselves are
/// dropped on both sides.
/// </summary>
internal static class DetectionMatcher
{
    private const double MinOverlap = 0.5;

    /// <summary>Matches one image.</summary>
    /// <param name="truths">The truth; don't-care regions among it.</param>
    /// <param name="detections">What was found.</param>
    public static DetectionMatches Match(IEnumerable<TextPolygon> truths, IEnumerable<TextPolygon> detections)
    {
        var valid = truths.Where(t => Polygon.IsSimple(t.Points)).ToList();
        var care = valid.Where(t => !t.IsDontCare).ToList();
        var ignored = valid.Where(t => t.IsDontCare).ToList();
        var found = detections
            .Where(d => Polygon.IsSimple(d.Points))
            .Where(d => !ignored.Any(r => Polygon.IntersectionArea(r.Points, d.Points) / Polygon.Area(d.Points) > MinOverlap))
            .ToList();
        var free = Enumerable.Repeat(true, found.Count).ToArray();
        var pairs = new List<(TextPolygon, TextPolygon)>();
        foreach (var truth in care)
        {
            for (var i = 0; i < found.Count; i++)
            {
                if (free[i] && Polygon.IntersectionOverUnion(truth.Points, found[i].Points) > MinOverlap)
                {
                    free[i] = false;
                    pairs.Add((truth, found[i]));
                    break;
                }
            }
        }

        return new DetectionMatches(care.Count, found.Count, pairs);
    }
}
