using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Ocr.Layout;

/// <summary>Orders text boxes as they are read: lines from top to bottom, each from left to right.</summary>
/// <remarks>
/// Boxes are sorted by their first corner; a box then moves left past neighbours that stand on its line. PaddleOCR calls two boxes
/// one line when they start less than 10 px apart; here it is half the median height of the boxes, but never less than 10 px, so
/// that large scans keep their order too (specification of OCR, section 2.5).
/// </remarks>
public static class ReadingOrder
{
    private const float LeastTolerance = 10;

    /// <summary>Returns the boxes in reading order.</summary>
    public static List<TextBox> Sort(IReadOnlyList<TextBox> boxes)
    {
        var sorted = boxes.OrderBy(b => b.Quad.TopLeft.Y).ThenBy(b => b.Quad.TopLeft.X).ToList();
        if (sorted.Count < 2)
        {
            return sorted;
        }

        var heights = sorted.Select(b => Math.Min(b.Quad.Height, b.Quad.Width)).Order().ToList();
        var tolerance = Math.Max(LeastTolerance, heights[heights.Count / 2] / 2);
        for (var i = 1; i < sorted.Count; i++)
        {
            for (var j = i; j > 0; j--)
            {
                var (left, right) = (sorted[j - 1].Quad.TopLeft, sorted[j].Quad.TopLeft);
                if (Math.Abs(right.Y - left.Y) >= tolerance || right.X >= left.X)
                {
                    break;
                }

                (sorted[j - 1], sorted[j]) = (sorted[j], sorted[j - 1]);
            }
        }

        return sorted;
    }
}
