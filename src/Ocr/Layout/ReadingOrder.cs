using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Ocr.Layout;

/// <summary>
/// Orders pieces of text as they are read: columns of prose one after the other, in each the rows from top to bottom, each row
/// along the text.
/// </summary>
/// <remarks>
/// Everything is seen along the median direction of the text, so that tilted tables keep their rows, vertical script goes from
/// right to
/// left, and an upside-down page comes out in its own order. Pieces are one row where they share more than half of the lower
/// one's height.
/// What a table and what columns of prose are, <see cref="ProseColumns"/> decides.
/// </remarks>
internal static class ReadingOrder
{
    // Part of the lower piece's height that pieces of one row share.
    private const float SharedHeight = 0.5f;

    /// <summary>Returns the boxes in reading order.</summary>
    public static List<TextBox> Sort(IReadOnlyList<TextBox> boxes) => Sort(boxes, b => b.Quad);

    /// <summary>Returns items that stand in an image in reading order.</summary>
    /// <param name="items">In any order.</param>
    /// <param name="quadOf">Where an item stands, its corners from the top left of the text.</param>
    public static List<T> Sort<T>(IReadOnlyList<T> items, Func<T, Quad> quadOf)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(quadOf);
        if (items.Count < 2)
        {
            return [.. items];
        }

        var quads = items.Select(quadOf).ToArray();
        var frame = TextFrame.Of(quads);
        var pieces = quads.Select((q, i) => frame.Place(q, i)).OrderBy(p => p.Middle).ThenBy(p => p.Start).ToList();
        var order = new List<int>(items.Count);
        Order(pieces, order);
        return [.. order.Select(i => items[i])];
    }

    private static void Order(List<TextPiece> pieces, List<int> order)
    {
        if (ProseColumns.Find(pieces) is not { } gutter)
        {
            Rows(pieces, order);
            return;
        }

        // What crosses the gutter (a title) ends the columns above it.
        var (left, right, across) = (new List<TextPiece>(), new List<TextPiece>(), new List<TextPiece>());
        foreach (var piece in pieces)
        {
            if (piece.Crosses(gutter))
            {
                Flush(left, right, order);
                across.Add(piece);
                continue;
            }

            if (across.Count > 0)
            {
                Rows(across, order);
                across.Clear();
            }

            (piece.End <= gutter ? left : right).Add(piece);
        }

        Rows(across, order);
        Flush(left, right, order);
    }

    private static void Flush(List<TextPiece> left, List<TextPiece> right, List<int> order)
    {
        Order(left, order);
        Order(right, order);
        left.Clear();
        right.Clear();
    }

    private static void Rows(List<TextPiece> pieces, List<int> order)
    {
        var row = new List<TextPiece>();
        var (middle, height) = (0f, 0f);
        foreach (var piece in pieces)
        {
            var shared = Math.Min(piece.Middle + (piece.Height / 2), middle + (height / 2))
                - Math.Max(piece.Middle - (piece.Height / 2), middle - (height / 2));
            if (row.Count > 0 && shared <= SharedHeight * Math.Min(piece.Height, height))
            {
                order.AddRange(row.OrderBy(p => p.Start).Select(p => p.Index));
                row.Clear();
            }

            // The row lies where its pieces lie on average, so that a long one neither drifts nor follows one tall letter.
            middle = ((middle * row.Count) + piece.Middle) / (row.Count + 1);
            height = ((height * row.Count) + piece.Height) / (row.Count + 1);
            row.Add(piece);
        }

        order.AddRange(row.OrderBy(p => p.Start).Select(p => p.Index));
    }
}
