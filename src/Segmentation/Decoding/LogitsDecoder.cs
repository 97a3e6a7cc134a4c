using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Segmentation.Decoding;

/// <summary>
/// Turns logits into a label map of any size: the class with the highest bilinearly resampled logit, the lowest id on a tie.
/// Equals
/// "resize every class, then compare" bit for bit (horizontal pass, then vertical pass, each <c>fma(b - a, w, a)</c> in
/// float, as OpenCV 4.13 resizes), but holds only two resampled rows at a time. Immutable and safe to share between threads.
/// </summary>
internal sealed class LogitsDecoder
{
    private readonly BilinearAxis _horizontal;
    private readonly BilinearAxis _vertical;
    private readonly RowExpander _expander;

    /// <summary>Prepares for one grid size and one target size.</summary>
    public LogitsDecoder(BilinearAxis horizontal, BilinearAxis vertical)
    {
        ArgumentNullException.ThrowIfNull(horizontal);
        ArgumentNullException.ThrowIfNull(vertical);
        _horizontal = horizontal;
        _vertical = vertical;
        _expander = new RowExpander(horizontal);
    }

    /// <summary>Width of the label map.</summary>
    public int Width => _horizontal.TargetLength;

    /// <summary>Height of the label map.</summary>
    public int Height => _vertical.TargetLength;

    /// <summary>The best class of every target pixel.</summary>
    /// <exception cref="ArgumentException">The grid has another size than this decoder was made for.</exception>
    public LabelMap ArgMax(in LogitsGrid logits)
    {
        var map = new LabelMap(Width, Height);
        ArgMax(logits, map.Ids);
        return map;
    }

    /// <summary>Writes the best class of every target pixel, row after row.</summary>
    /// <exception cref="ArgumentException">The grid has another size than this decoder was made for, or
    /// <paramref name="labels"/> another length.</exception>
    public void ArgMax(in LogitsGrid logits, Span<byte> labels)
    {
        if (labels.Length != Width * Height)
        {
            throw new ArgumentException($"Expected room for {Width * Height} ids, found {labels.Length}.", nameof(labels));
        }

        using var rows = new ExpandedRows(this, logits);
        for (var y = 0; y < Height; y++)
        {
            rows.MoveTo(logits, y);
            ArgMaxRow(rows, logits.Classes, labels.Slice(y * Width, Width));
        }
    }

    /// <summary>
    /// Calls <paramref name="take"/> with the resampled logits of each target row, [classes, width]: for probabilities,
    /// windows and sums.
    /// </summary>
    /// <exception cref="ArgumentException">The grid has another size than this decoder was made for.</exception>
    internal void ForEachRow(in LogitsGrid logits, RowAction take)
    {
        using var rows = new ExpandedRows(this, logits);
        var row = new float[logits.Classes * Width];
        for (var y = 0; y < Height; y++)
        {
            rows.MoveTo(logits, y);
            for (var c = 0; c < logits.Classes; c++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var at = ((((x / RowExpander.Block) * logits.Classes) + c) * RowExpander.Block) + (x % RowExpander.Block);
                    row[(c * Width) + x] = MathF.FusedMultiplyAdd(rows.High[at] - rows.Low[at], rows.HighWeight, rows.Low[at]);
                }
            }

            take(y, row);
        }
    }

    private static void ArgMaxRow(in ExpandedRows rows, int classes, Span<byte> labels)
    {
        ref var low = ref MemoryMarshal.GetReference(rows.Low);
        ref var high = ref MemoryMarshal.GetReference(rows.High);
        var weight = Vector256.Create(rows.HighWeight);
        Span<byte> tail = stackalloc byte[RowExpander.Block];
        for (var x = 0; x < labels.Length; x += RowExpander.Block)
        {
            // Two accumulators of eight columns each hide the latency of compare and select.
            var best0 = Lerp(Vector256.LoadUnsafe(ref low), Vector256.LoadUnsafe(ref high), weight);
            var best1 = Lerp(Vector256.LoadUnsafe(ref low, 8), Vector256.LoadUnsafe(ref high, 8), weight);
            var (id0, id1) = (Vector256<int>.Zero, Vector256<int>.Zero);
            for (var c = 1; c < classes; c++)
            {
                low = ref Unsafe.Add(ref low, RowExpander.Block);
                high = ref Unsafe.Add(ref high, RowExpander.Block);
                var value0 = Lerp(Vector256.LoadUnsafe(ref low), Vector256.LoadUnsafe(ref high), weight);
                var value1 = Lerp(Vector256.LoadUnsafe(ref low, 8), Vector256.LoadUnsafe(ref high, 8), weight);
                var (better0, better1) = (Vector256.GreaterThan(value0, best0), Vector256.GreaterThan(value1, best1));
                var id = Vector256.Create(c);
                best0 = Vector256.ConditionalSelect(better0, value0, best0);
                best1 = Vector256.ConditionalSelect(better1, value1, best1);
                id0 = Vector256.ConditionalSelect(better0.AsInt32(), id, id0);
                id1 = Vector256.ConditionalSelect(better1.AsInt32(), id, id1);
            }

            low = ref Unsafe.Add(ref low, RowExpander.Block);
            high = ref Unsafe.Add(ref high, RowExpander.Block);
            var narrow = Vector256.Narrow(id0, id1);
            var ids = Vector128.Narrow(narrow.GetLower(), narrow.GetUpper()).AsByte();
            if (labels.Length - x >= RowExpander.Block)
            {
                ids.CopyTo(labels[x..]);
            }
            else
            {
                ids.CopyTo(tail);
                tail[..(labels.Length - x)].CopyTo(labels[x..]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Lerp(Vector256<float> low, Vector256<float> high, Vector256<float> weight) =>
        Vector256.FusedMultiplyAdd(high - low, weight, low);

    /// <summary>Takes a row [classes, width].</summary>
    internal delegate void RowAction(int y, ReadOnlySpan<float> row);

    /// <summary>The two horizontally resampled source rows around a target row.</summary>
    private ref struct ExpandedRows : IDisposable
    {
        private readonly LogitsDecoder _owner;
        private readonly int _length;
        private float[] _a;
        private float[] _b;
        private int _rowOfA = -1;
        private int _rowOfB = -1;

        public ExpandedRows(LogitsDecoder owner, in LogitsGrid logits)
        {
            if (logits.Width != owner._horizontal.SourceLength || logits.Height != owner._vertical.SourceLength)
            {
                throw new ArgumentException(
                    $"Expected logits of {owner._horizontal.SourceLength}x{owner._vertical.SourceLength}, found {logits.Width}x{logits.Height}.", nameof(logits));
            }

            _owner = owner;
            _length = owner._expander.Blocks * logits.Classes * RowExpander.Block;
            _a = ArrayPool<float>.Shared.Rent(_length);
            _b = ArrayPool<float>.Shared.Rent(_length);
        }

        public ReadOnlySpan<float> Low { get; private set; }

        public ReadOnlySpan<float> High { get; private set; }

        public float HighWeight { get; private set; }

        public void MoveTo(in LogitsGrid logits, int y)
        {
            var (low, high) = (_owner._vertical.Low[y], _owner._vertical.High[y]);
            if (_rowOfB == low)
            {
                (_a, _b, _rowOfA, _rowOfB) = (_b, _a, _rowOfB, _rowOfA);
            }

            if (_rowOfA != low)
            {
                _owner._expander.Run(logits, low, _a);
                _rowOfA = low;
            }

            if (high != low && _rowOfB != high)
            {
                _owner._expander.Run(logits, high, _b);
                _rowOfB = high;
            }

            Low = _a.AsSpan(0, _length);
            High = high == low ? Low : _b.AsSpan(0, _length);
            HighWeight = _owner._vertical.HighWeight[y];
        }

        public readonly void Dispose()
        {
            ArrayPool<float>.Shared.Return(_a);
            ArrayPool<float>.Shared.Return(_b);
        }
    }
}
