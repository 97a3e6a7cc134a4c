using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PPLCNet.Vision.Imaging.Resampling;

// Each column has a 128-bit lane with its 16 bytes. One shuffle puts the four taps of a channel into one 32-bit element,
// four columns are transposed so that a vector holds one channel, and the even and odd bytes (taps 0, 1 and 2, 3) meet
// their weights in two multiply-adds.
internal unsafe partial struct RowScaler
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Cubic512(byte* row, int* planes, int from, int to)
    {
        var mask = Vector512.Create(Vector256.Create(CubicMask(), CubicMask()), Vector256.Create(CubicMask(), CubicMask()));
        for (var next = from; next < to; next += 16)
        {
            var x = Math.Min(next, to - 16);
            var s0 = Avx512BW.Shuffle(Columns512(row, x), mask).AsInt32();
            var s1 = Avx512BW.Shuffle(Columns512(row, x + 1), mask).AsInt32();
            var s2 = Avx512BW.Shuffle(Columns512(row, x + 2), mask).AsInt32();
            var s3 = Avx512BW.Shuffle(Columns512(row, x + 3), mask).AsInt32();
            var t0 = Avx512F.UnpackLow(s0, s1).AsInt64();
            var t1 = Avx512F.UnpackLow(s2, s3).AsInt64();
            var t2 = Avx512F.UnpackHigh(s0, s1).AsInt64();
            var t3 = Avx512F.UnpackHigh(s2, s3).AsInt64();
            var w0 = Vector512.Load(Weights + (4 * x)).AsInt32();
            var w1 = Vector512.Load(Weights + (4 * x) + 32).AsInt32();
            var even = Avx512F.PermuteVar16x32x2(w0, Vector512<int>.Indices * 2, w1).AsInt16();
            var odd = Avx512F.PermuteVar16x32x2(w0, (Vector512<int>.Indices * 2) + Vector512<int>.One, w1).AsInt16();
            Sum512(Avx512F.UnpackLow(t0, t1).AsInt32(), even, odd).Store(planes + x);
            Sum512(Avx512F.UnpackHigh(t0, t1).AsInt32(), even, odd).Store(planes + Plane + x);
            Sum512(Avx512F.UnpackLow(t2, t3).AsInt32(), even, odd).Store(planes + (2 * Plane) + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Cubic256(byte* row, int* planes, int from, int to)
    {
        var mask = Vector256.Create(CubicMask(), CubicMask());
        for (var next = from; next < to; next += 8)
        {
            var x = Math.Min(next, to - 8);
            var s0 = Avx2.Shuffle(Vector256.Create(Column(row, x), Column(row, x + 4)), mask).AsInt32();
            var s1 = Avx2.Shuffle(Vector256.Create(Column(row, x + 1), Column(row, x + 5)), mask).AsInt32();
            var s2 = Avx2.Shuffle(Vector256.Create(Column(row, x + 2), Column(row, x + 6)), mask).AsInt32();
            var s3 = Avx2.Shuffle(Vector256.Create(Column(row, x + 3), Column(row, x + 7)), mask).AsInt32();
            var t0 = Avx2.UnpackLow(s0, s1).AsInt64();
            var t1 = Avx2.UnpackLow(s2, s3).AsInt64();
            var t2 = Avx2.UnpackHigh(s0, s1).AsInt64();
            var t3 = Avx2.UnpackHigh(s2, s3).AsInt64();
            var w0 = Vector256.Load(Weights + (4 * x)).AsInt64();
            var w1 = Vector256.Load(Weights + (4 * x) + 16).AsInt64();
            var (even, odd) = Split(w0, w1);
            Sum256(Avx2.UnpackLow(t0, t1).AsInt32(), even, odd).Store(planes + x);
            Sum256(Avx2.UnpackHigh(t0, t1).AsInt32(), even, odd).Store(planes + Plane + x);
            Sum256(Avx2.UnpackLow(t2, t3).AsInt32(), even, odd).Store(planes + (2 * Plane) + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Cubic128(byte* row, int* planes, int from, int to)
    {
        for (var x = from; x < to; x++)
        {
            // One column at a time: four taps of a channel in a vector.
            var pixels = Vector128.Shuffle(Column(row, x), CubicMask()).AsUInt32();
            var w = Vector128.Load(Weights + (4 * x) - (x + 1 == Width ? 4 : 0));
            var weights = x + 1 == Width ? Vector128.WidenUpper(w) : Vector128.WidenLower(w);
            weights = Vector128.Shuffle(weights, Vector128.Create(0, 2, 1, 3));
            for (var c = 0; c < 3; c++)
            {
                var bytes = Vector128.Create(pixels.GetElement(c)).AsByte();
                var taps = Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
                planes[(c * Plane) + x] = Vector128.Sum(taps * weights);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Sum512(Vector512<int> taps, Vector512<short> even, Vector512<short> odd)
    {
        var bytes = Vector512.Create(0x00FF00FF);
        return Avx512BW.MultiplyAddAdjacent((taps & bytes).AsInt16(), even)
            + Avx512BW.MultiplyAddAdjacent(((taps >>> 8) & bytes).AsInt16(), odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sum256(Vector256<int> taps, Vector256<short> even, Vector256<short> odd)
    {
        var bytes = Vector256.Create(0x00FF00FF);
        return Avx2.MultiplyAddAdjacent((taps & bytes).AsInt16(), even)
            + Avx2.MultiplyAddAdjacent(((taps >>> 8) & bytes).AsInt16(), odd);
    }

    /// <summary>Every second 32-bit element of two vectors: the weights of taps 0, 2 and of taps 1, 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<short> Even, Vector256<short> Odd) Split(Vector256<long> w0, Vector256<long> w1)
    {
        var low = w0.AsSingle();
        var high = w1.AsSingle();
        var even = Avx2.Permute4x64(Avx.Shuffle(low, high, 0b10_00_10_00).AsInt64(), 0b11_01_10_00);
        var odd = Avx2.Permute4x64(Avx.Shuffle(low, high, 0b11_01_11_01).AsInt64(), 0b11_01_10_00);
        return (even.AsInt16(), odd.AsInt16());
    }

    /// <summary>Columns x, x + 4, x + 8 and x + 12, a lane each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<byte> Columns512(byte* row, int x) => Vector512.Create(
        Vector256.Create(Column(row, x), Column(row, x + 4)),
        Vector256.Create(Column(row, x + 8), Column(row, x + 12)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector128<byte> Column(byte* row, int x) => Vector128.Load(row + Offsets[x]);

    /// <summary>Puts the four taps of channels 0, 1, 2 into 32-bit elements 0, 1, 2.</summary>
    private readonly Vector128<byte> CubicMask()
    {
        const uint Each = 0x01010101;
        var taps = (uint)PixelBytes * 0x03010200; // Taps 0, 2, 1, 3: the even bytes are the first pair, the odd ones the second.
        return Vector128.Create(
            taps + (Channel[0] * Each),
            taps + (Channel[1] * Each),
            taps + (Channel[2] * Each),
            0x80808080).AsByte();
    }
}
