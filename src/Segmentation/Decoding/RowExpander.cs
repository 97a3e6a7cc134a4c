using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PPLCNet.Vision.Segmentation.Decoding;

/// <summary>
/// Resamples one row of all classes horizontally into blocks of <see cref="Block"/> columns: [block, class, column], so that
/// a walk over the classes of a block is a walk through memory. Immutable and safe to share between threads.
/// </summary>
internal sealed class RowExpander
{
    /// <summary>Columns of a block.</summary>
    public const int Block = 16;

    private const int Lanes = 8;
    private readonly int[] _start; // first source column of each group of eight; -1 where eight source columns do not cover the group
    private readonly int[] _low;
    private readonly int[] _high;
    private readonly float[] _highWeight;

    public RowExpander(BilinearAxis axis)
    {
        Blocks = (axis.TargetLength + Block - 1) / Block;
        var padded = Blocks * Block;
        (_low, _high) = (new int[padded], new int[padded]);
        _highWeight = new float[padded];
        for (var x = 0; x < padded; x++)
        {
            var from = Math.Min(x, axis.TargetLength - 1); // what lies beyond the row repeats its last column
            (_low[x], _high[x]) = (axis.Low[from], axis.High[from]);
            _highWeight[x] = axis.HighWeight[from];
        }

        _start = new int[padded / Lanes];
        for (var group = 0; group < _start.Length; group++)
        {
            var first = Math.Min(_low[group * Lanes], axis.SourceLength - Lanes);
            _start[group] = first >= 0 && _high[(group * Lanes) + Lanes - 1] - first < Lanes ? first : -1;
            if (_start[group] >= 0)
            {
                for (var x = group * Lanes; x < (group + 1) * Lanes; x++)
                {
                    (_low[x], _high[x]) = (_low[x] - first, _high[x] - first);
                }
            }
        }
    }

    /// <summary>Blocks of a row.</summary>
    public int Blocks { get; }

    /// <summary>Resamples row <paramref name="y"/> of every class.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="y">The source row.</param>
    /// <param name="target">[blocks, classes, 16].</param>
    public void Run(in LogitsGrid logits, int y, Span<float> target)
    {
        for (var c = 0; c < logits.Classes; c++)
        {
            ref var source = ref MemoryMarshal.GetReference(logits.Row(c, y));
            ref var to = ref target[c * Block];
            for (var group = 0; group < _start.Length; group++)
            {
                // Two groups of eight make a block; the next block of this class lies classes * 16 further on.
                ref var eight = ref Unsafe.Add(ref to, ((group >> 1) * logits.Classes * Block) + ((group & 1) * Lanes));
                var x = group * Lanes;
                var start = _start[group];
                if (start >= 0 && Vector256.IsHardwareAccelerated)
                {
                    var window = Vector256.LoadUnsafe(ref source, (nuint)start);
                    var low = Vector256.ShuffleNative(window, Vector256.LoadUnsafe(ref _low[x]));
                    var high = Vector256.ShuffleNative(window, Vector256.LoadUnsafe(ref _high[x]));
                    Vector256.FusedMultiplyAdd(high - low, Vector256.LoadUnsafe(ref _highWeight[x]), low).StoreUnsafe(ref eight);
                }
                else
                {
                    ref var from = ref Unsafe.Add(ref source, Math.Max(0, start));
                    for (var i = 0; i < Lanes; i++)
                    {
                        var low = Unsafe.Add(ref from, _low[x + i]);
                        Unsafe.Add(ref eight, i) = MathF.FusedMultiplyAdd(Unsafe.Add(ref from, _high[x + i]) - low, _highWeight[x + i], low);
                    }
                }
            }
        }
    }
}
