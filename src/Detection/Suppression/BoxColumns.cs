using System.Buffers;
using System.Numerics;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>
/// Boxes as four columns and their areas in pooled memory, for vectorized IoU. Not safe to share between threads.
/// </summary>
internal sealed class BoxColumns : IDisposable
{
    private const int Columns = 5;
    private float[] _pooled;
    private int _capacity;

    /// <summary>Room for <paramref name="capacity"/> boxes; it grows.</summary>
    public BoxColumns(int capacity = 16)
    {
        _capacity = capacity;
        _pooled = ArrayPool<float>.Shared.Rent(Math.Max(1, capacity * Columns));
    }

    /// <summary>Boxes held.</summary>
    public int Count { get; private set; }

    /// <summary>Appends a box.</summary>
    public void Add(Box box)
    {
        if (Count == _capacity)
        {
            Grow();
        }

        var i = Count++;
        X0[i] = box.X0;
        Y0[i] = box.Y0;
        X1[i] = box.X1;
        Y1[i] = box.Y1;
        Area[i] = box.Area;
    }

    /// <summary>Puts the last box at <paramref name="index"/> and forgets the last place.</summary>
    public void RemoveSwap(int index)
    {
        var last = --Count;
        X0[index] = X0[last];
        Y0[index] = Y0[last];
        X1[index] = X1[last];
        Y1[index] = Y1[last];
        Area[index] = Area[last];
    }

    /// <summary>Whether any box held overlaps <paramref name="box"/> by more than <paramref name="threshold"/>.</summary>
    public bool AnyAbove(Box box, float threshold)
    {
        var i = 0;
        var limit = new Vector<float>(threshold);
        for (; i <= Count - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (Vector.GreaterThanAny(Iou(box, i), limit))
            {
                return true;
            }
        }

        for (; i < Count; i++)
        {
            if (box.Iou(new Box(X0[i], Y0[i], X1[i], Y1[i])) > threshold)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the IoU of <paramref name="box"/> with every box held.</summary>
    public void Iou(Box box, Span<float> iou)
    {
        var i = 0;
        for (; i <= Count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Iou(box, i).CopyTo(iou[i..]);
        }

        for (; i < Count; i++)
        {
            iou[i] = box.Iou(new Box(X0[i], Y0[i], X1[i], Y1[i]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<float>.Shared.Return(_pooled);

    private Span<float> X0 => _pooled.AsSpan(0, _capacity);

    private Span<float> Y0 => _pooled.AsSpan(_capacity, _capacity);

    private Span<float> X1 => _pooled.AsSpan(2 * _capacity, _capacity);

    private Span<float> Y1 => _pooled.AsSpan(3 * _capacity, _capacity);

    private Span<float> Area => _pooled.AsSpan(4 * _capacity, _capacity);

    private void Grow()
    {
        var larger = ArrayPool<float>.Shared.Rent(2 * _capacity * Columns);
        for (var column = 0; column < Columns; column++)
        {
            _pooled.AsSpan(column * _capacity, Count).CopyTo(larger.AsSpan(2 * column * _capacity));
        }

        ArrayPool<float>.Shared.Return(_pooled);
        _pooled = larger;
        _capacity *= 2;
    }

    /// <summary>The same operations in the same order as <see cref="Box.Iou"/>, so both give the same bits.</summary>
    private Vector<float> Iou(Box box, int i)
    {
        var width = Vector.Min(new Vector<float>(box.X1), new Vector<float>(X1[i..])) - Vector.Max(new Vector<float>(box.X0), new Vector<float>(X0[i..]));
        var height = Vector.Min(new Vector<float>(box.Y1), new Vector<float>(Y1[i..])) - Vector.Max(new Vector<float>(box.Y0), new Vector<float>(Y0[i..]));
        var intersection = Vector.Max(Vector<float>.Zero, width) * Vector.Max(Vector<float>.Zero, height);
        var union = new Vector<float>(box.Area) + new Vector<float>(Area[i..]) - intersection;
        return Vector.ConditionalSelect(Vector.GreaterThan(union, Vector<float>.Zero), intersection / union, Vector<float>.Zero);
    }
}
