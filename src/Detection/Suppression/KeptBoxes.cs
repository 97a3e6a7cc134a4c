using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>Candidates that suppression kept, with their final scores.</summary>
internal sealed class KeptBoxes
{
    private List<(int Position, float Score)> _kept = [];

    /// <summary>Boxes kept.</summary>
    public int Count => _kept.Count;

    /// <summary>Every candidate, best first.</summary>
    public static KeptBoxes All(Candidates candidates, int limit)
    {
        var kept = new KeptBoxes();
        for (var i = 0; i < candidates.Count; i++)
        {
            kept.Add(i, candidates.Scores[i]);
        }

        kept.SortAndLimit(limit);
        return kept;
    }

    /// <summary>Appends one.</summary>
    public void Add(int position, float score) => _kept.Add((position, score));

    /// <summary>
    /// Best score first, ties in the order they were added (by class), at most <paramref name="limit"/> (0: all).
    /// </summary>
    public void SortAndLimit(int limit)
    {
        var sorted = _kept.OrderByDescending(k => k.Score);
        _kept = [.. limit > 0 ? sorted.Take(limit) : sorted];
    }

    /// <summary>The kept candidates, each box mapped.</summary>
    public Detections ToDetections(Candidates candidates, IReadOnlyList<string> labels, Func<Box, Box> map)
    {
        var boxes = new Box[_kept.Count];
        var scores = new float[_kept.Count];
        var classIds = new int[_kept.Count];
        for (var i = 0; i < boxes.Length; i++)
        {
            var (position, score) = _kept[i];
            (boxes[i], scores[i], classIds[i]) = (map(candidates.Boxes[position]), score, candidates.ClassIds[position]);
        }

        return new Detections(boxes, scores, classIds, labels);
    }
}
