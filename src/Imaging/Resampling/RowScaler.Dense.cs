using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PPLCNet.Vision.Imaging.Resampling;

// Where the pixels of eight neighboring columns lie within 128 bytes, two loads and one byte permutation pick them all. Of
// each permutation the lower half has channels 0 and 1 in the even and odd bytes, the upper half channel 2; taps are 16 bits
// apart.
internal unsafe partial struct RowScaler
{
    /// <summary>Columns that one permutation serves.</summary>
    public const int Group = 8;

    private const int Reach = 128;

    /// <summary>
    /// Fills the tables of the permutations from <see cref="Offsets"/>, which holds <see cref="Plane"/> columns; sets
    /// <see cref="IsDense"/>.
    /// </summary>
    public void Densify()
    {
        var rowBytes = SourceWidth * PixelBytes;
        if (Taps != 2 || rowBytes < Reach || !Avx512Vbmi.IsSupported)
        {
            return;
        }

        const uint Each = 0x01010101;
        var next = (uint)PixelBytes << 16;
        var low = Channel[0] | ((uint)Channel[1] << 8);
        var high = Channel[2] | ((uint)Channel[2] << 8);
        low |= (low << 16) + next + (next << 8);
        high |= (high << 16) + next + (next << 8);
        for (var x = 0; x < Plane; x += Group)
        {
            // No load passes the row's end. A last tap beyond it has no weight, so whatever it picks is right.
            var start = Math.Min(Offsets[x], rowBytes - Reach);
            if (Math.Min(Offsets[x + Group - 1] + (2 * PixelBytes), rowBytes) - start > Reach)
            {
                return;
            }

            Bases[x / Group] = start;
            var places = Vector256.Load(Offsets + x) - Vector256.Create(start);
            var repeated = places.AsUInt32() * Each;
            (repeated + Vector256.Create(low)).Store(Picks + (2 * x));
            (repeated + Vector256.Create(high)).Store(Picks + (2 * x) + Group);
        }

        IsDense = true;
    }

    /// <summary>Scales two rows and blends them at once, straight into the tensor; for dense columns.</summary>
    /// <param name="upper">First pixel of the upper row.</param>
    /// <param name="lower">First pixel of the lower row.</param>
    /// <param name="weights">The two rows' weights.</param>
    /// <param name="factors">Three factors on the 8-bit value.</param>
    /// <param name="shifts">What is subtracted from the products.</param>
    /// <param name="target">Receives the first channel's row.</param>
    /// <param name="plane">Values from there to the next channel's row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Blend512(byte* upper, byte* lower, short* weights, float* factors, float* shifts, float* target, long plane)
    {
        var (w0, w1) = (Vector512.Create(weights[0]), Vector512.Create(weights[1]));
        var (f0, f1, f2) = (Vector512.Create(factors[0]), Vector512.Create(factors[1]), Vector512.Create(factors[2]));
        var (s0, s1, s2) = (Vector512.Create(shifts[0]), Vector512.Create(shifts[1]), Vector512.Create(shifts[2]));
        for (var x = 0; x < Width; x += 2 * Group)
        {
            var taps = Vector512.Load(Weights + (2 * x));
            var (up, uq) = (Pick(upper, x), Pick(upper, x + Group));
            var (lp, lq) = (Pick(lower, x), Pick(lower, x + Group));
            var (u01, u2) = (Lower(up, uq), Upper(up, uq));
            var (l01, l2) = (Lower(lp, lq), Upper(lp, lq));
            var v0 = (Vector512.ConvertToSingle(Mix(Even(u01, taps), Even(l01, taps), w0, w1)) * f0) - s0;
            var v1 = (Vector512.ConvertToSingle(Mix(Odd(u01, taps), Odd(l01, taps), w0, w1)) * f1) - s1;
            var v2 = (Vector512.ConvertToSingle(Mix(Even(u2, taps), Even(l2, taps), w0, w1)) * f2) - s2;
            if (x + (2 * Group) <= Width)
            {
                v0.Store(target + x);
                v1.Store(target + plane + x);
                v2.Store(target + (2 * plane) + x);
                continue;
            }

            StoreRest(v0, target + x, Width - x);
            StoreRest(v1, target + plane + x, Width - x);
            StoreRest(v2, target + (2 * plane) + x, Width - x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Dense512(byte* row, short* planes)
    {
        for (var x = 0; x < Width; x += 2 * Group)
        {
            var taps = Vector512.Load(Weights + (2 * x));
            var (p, q) = (Pick(row, x), Pick(row, x + Group));
            var (both, third) = (Lower(p, q), Upper(p, q));
            Avx512F.ConvertToVector256Int16(Even(both, taps)).Store(planes + x);
            Avx512F.ConvertToVector256Int16(Odd(both, taps)).Store(planes + Plane + x);
            Avx512F.ConvertToVector256Int16(Even(third, taps)).Store(planes + (2 * Plane) + x);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreRest(Vector512<float> values, float* target, int count)
    {
        for (var i = 0; i < count; i++)
        {
            target[i] = values.GetElement(i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<short> Pick(byte* row, int x)
    {
        var start = row + Bases[x / Group];
        return Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(start), Vector512.Load(Picks + (2 * x)).AsByte(), Vector512.Load(start + 64)).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Lower(Vector512<short> p, Vector512<short> q) => Avx512F.Shuffle4x128(p.AsInt32(), q.AsInt32(), 0b01_00_01_00).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Upper(Vector512<short> p, Vector512<short> q) => Avx512F.Shuffle4x128(p.AsInt32(), q.AsInt32(), 0b11_10_11_10).AsInt16();

    /// <summary>Sums of the taps in the even bytes, divided by 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Even(Vector512<short> picked, Vector512<short> taps) =>
        Avx512BW.MultiplyAddAdjacent(picked & Vector512.Create((short)0xFF), taps) >> 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Odd(Vector512<short> picked, Vector512<short> taps) =>
        Avx512BW.MultiplyAddAdjacent(picked >>> 8, taps) >> 4;

    /// <summary>Blends two rows; their sums fill 15 bits of each element, so that 16-bit products serve.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Mix(Vector512<int> upper, Vector512<int> lower, Vector512<short> w0, Vector512<short> w1) =>
        ((Avx512BW.MultiplyHigh(upper.AsInt16(), w0) + Avx512BW.MultiplyHigh(lower.AsInt16(), w1)).AsInt32() + Vector512.Create(2)) >> 2;
}
