using System.Runtime.CompilerServices;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>Matches one category, image by image. One worker's; not thread-safe.</summary>
internal sealed class CategoryMatcher(EvaluationInput input, CocoEvaluationOptions options)
{
    private readonly CellMatcher _cell = new(options);
    private readonly int _kept = options.MaxDetections[^1];
    private double[] _scores = [];
    private double[] _areas = [];
    private int[] _order = [];
    private int[] _rows = [];

    /// <summary>
    /// Receives an image's annotation rows, detection rows by falling score, and the matcher that knows who found whom.
    /// </summary>
    public delegate void CellAction(int image, ReadOnlySpan<int> truths, ReadOnlySpan<int> detections, CellMatcher cell);

    /// <summary>Called for every image after it was matched.</summary>
    public CellAction? OnCell { get; init; }

    /// <summary>Matches every image of a category.</summary>
    [MethodImpl(HotLoop.Options)]
    public CategoryMatches Match(int category)
    {
        var truths = input.TruthBuckets.Of(category);
        var detections = input.DetectionBuckets.Of(category);
        var (images, ranks, scores) = (new long[detections.Length], new int[detections.Length], new double[detections.Length]);
        var (matched, ignored) = (new ulong[detections.Length], new ulong[detections.Length]);
        var positives = new long[options.Areas.Count];
        var truthImages = input.Annotations.Image;
        var rows = input.Results.Rows;
        var count = 0;
        while (!truths.IsEmpty || !detections.IsEmpty)
        {
            var image = Math.Min(
                truths.IsEmpty ? int.MaxValue : truthImages[truths[0]],
                detections.IsEmpty ? int.MaxValue : input.DetectionImages[detections[0]]);
            var cellTruths = Take(ref truths, truthImages, image);
            var cellDetections = KeepBest(Take(ref detections, input.DetectionImages, image));
            FillOverlaps(cellDetections, cellTruths);
            var end = count + cellDetections.Length;
            _cell.Match(
                cellTruths, input.Annotations, _areas.AsSpan(0, cellDetections.Length),
                matched.AsSpan(count..end), ignored.AsSpan(count..end), positives);
            OnCell?.Invoke(image, cellTruths, cellDetections, _cell);
            var imageId = input.Truth.Images[image].Id;
            for (var d = 0; d < cellDetections.Length; d++)
            {
                (images[count + d], ranks[count + d], scores[count + d]) = (imageId, d, rows[cellDetections[d]].Score);
            }

            count = end;
        }

        return new CategoryMatches
        {
            Image = images[..count],
            Rank = ranks[..count],
            Score = scores[..count],
            Matched = matched[..count],
            Ignored = ignored[..count],
            Positives = positives,
        };
    }

    [MethodImpl(HotLoop.Options)]
    private static ReadOnlySpan<int> Take(ref ReadOnlySpan<int> rows, int[] images, int image)
    {
        var count = 0;
        while (count < rows.Length && images[rows[count]] == image)
        {
            count++;
        }

        var taken = rows[..count];
        rows = rows[count..];
        return taken;
    }

    private bool IsLenient(int row) => input.Lenient.Length > 0 && input.Lenient[row];

    // The best detections by falling score; their areas go to the scratch space. An area of NaN lies outside every range, so
    // that a lenient detection that finds nothing counts nowhere.
    [MethodImpl(HotLoop.Options)]
    private ReadOnlySpan<int> KeepBest(ReadOnlySpan<int> cell)
    {
        if (_scores.Length < cell.Length)
        {
            var size = 2 * cell.Length;
            (_scores, _areas, _order, _rows) = (new double[size], new double[size], new int[size], new int[size]);
        }

        var rows = input.Results.Rows;
        for (var i = 0; i < cell.Length; i++)
        {
            _scores[i] = rows[cell[i]].Score;
        }

        ScoreOrder.Sort(_scores.AsSpan(0, cell.Length), _order.AsSpan(0, cell.Length));
        var kept = Math.Min(cell.Length, _kept);
        for (var i = 0; i < kept; i++)
        {
            _rows[i] = cell[_order[i]];
            _areas[i] = IsLenient(_rows[i]) ? double.NaN : rows[_rows[i]].Area;
        }

        return _rows.AsSpan(0, kept);
    }

    [MethodImpl(HotLoop.Options)]
    private void FillOverlaps(ReadOnlySpan<int> detections, ReadOnlySpan<int> truths)
    {
        var overlaps = _cell.Overlaps(detections.Length, truths.Length);
        var annotations = input.Annotations;
        var rows = input.Results.Rows;
        for (var (d, at) = (0, 0); d < detections.Length; d++)
        {
            foreach (var g in truths)
            {
                overlaps[at++] = options.Iou == CocoIou.Box
                    ? CocoBox.Iou(rows[detections[d]].Box, annotations.Box[g], annotations.Crowd[g])
                    : RleMask.Iou(input.DetectionMasks[detections[d]]!, input.TruthMasks[g]!, annotations.Crowd[g]);
            }
        }
    }
}
