using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>Suppression in the graph: rows [R, 6] of class, score, x0, y0, x1, y1, and a number of rows.</summary>
internal sealed class SuppressedReader : OutputReader
{
    private const int RowLength = 6;
    private readonly string _model;
    private readonly int _rows;

    private SuppressedReader(string model, int rows)
    {
        _model = model;
        _rows = rows;
    }

    /// <inheritdoc/>
    public override ExportStyle Style => ExportStyle.Suppressed;

    /// <inheritdoc/>
    public override int? ClassCount => null;

    /// <summary>Binds where the shapes are those of finished rows.</summary>
    public static SuppressedReader? TryBind(string model, IReadOnlyList<TensorInfo> outputs)
    {
        var rows = Enumerable.Range(0, outputs.Count).FirstOrDefault(i => IsRows(outputs[i]), -1);
        var count = Enumerable.Range(0, outputs.Count).FirstOrDefault(i => outputs[i].ElementType == typeof(int) || outputs[i].ElementType == typeof(long), -1);
        return rows < 0 || outputs.Count > 2 || (outputs.Count == 2 && count < 0)
            ? null
            : new SuppressedReader(model, rows);
    }

    /// <inheritdoc/>
    public override void Collect(ModelOutputs outputs, int image, NmsOptions options, Candidates into)
    {
        var shape = outputs.Shape(_rows);
        var rows = outputs.Floats(_rows);

        // Paddle answers "nothing found" with one lone -1 where it has no empty tensor.
        if (rows is [-1] || rows.Length == 0)
        {
            return;
        }

        if (shape[^1] != RowLength)
        {
            throw new ModelFormatException(_model, "rows [R,6] of class, score, box", $"[{string.Join(',', shape)}]");
        }

        // Such graphs take one image per run, so every row is its own. The count output is not read: converted models are known
        // whose count is that of the anchors, not of the rows.
        var best = options.MultiLabel ? null : BestRows(rows);
        for (var i = 0; i < rows.Length / RowLength; i++)
        {
            if (best is null || best.Contains(i))
            {
                Add(rows.Slice(i * RowLength, RowLength), options, into);
            }
        }
    }

    // An anchor that the graph reports under several classes is several rows with the very same box; the best score is the best
    // class.
    // Of equal scores it is the earlier row.
    private static HashSet<int> BestRows(ReadOnlySpan<float> rows)
    {
        var best = new Dictionary<Box, int>();
        for (var i = 0; i < rows.Length / RowLength; i++)
        {
            var row = rows.Slice(i * RowLength, RowLength);
            var box = BoxOf(row);
            if (row[0] >= 0 && (!best.TryGetValue(box, out var other) || row[1] > rows[(other * RowLength) + 1]))
            {
                best[box] = i;
            }
        }

        return [.. best.Values];
    }

    private static Box BoxOf(ReadOnlySpan<float> row) => new(row[2], row[3], row[4], row[5]);

    private static bool IsRows(TensorInfo output) =>
        output.ElementType == typeof(float) && output.Shape.Count == 2 && Fits(output.Shape[1], RowLength);

    private void Add(ReadOnlySpan<float> row, NmsOptions options, Candidates into)
    {
        var box = BoxOf(row);
        if (!float.IsFinite(row[0]) || !float.IsFinite(row[1]) || !box.IsFinite)
        {
            throw new ModelFormatException(_model, "finite rows of class, score, box", $"[{string.Join(", ", row.ToArray())}]");
        }

        // Rows of class -1 are Paddle's padding.
        if (row[0] >= 0 && row[1] > options.ScoreThreshold && into.Wants((int)row[0]))
        {
            into.Add(box, row[1], (int)row[0]);
        }
    }
}
