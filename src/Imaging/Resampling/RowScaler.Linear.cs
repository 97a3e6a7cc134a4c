using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PPLCNet.Vision.Imaging.Resampling;

// Two columns share a 128-bit lane, 8 bytes each; a byte shuffle picks a channel's two taps as 16-bit pairs, which a
// multiply-add joins with the weights. The first shuffle fills the even half of the lane, the second the odd one, so that
// columns come out in order.
internal unsafe partial struct RowScaler
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Linear512(byte* row, short* planes, int from, int to)
    {
        var (low0, high0) = LinearMasks512(0);
        var (low1, high1) = LinearMasks512(1);
        var (low2, high2) = LinearMasks512(2);
        for (var next = from; next < to; next += 16)
        {
            var x = Math.Min(next, to - 16); // The last vector overlaps the one before it.
            var o = Offsets + x;
            var a = Vector512.Create(
                Vector256.Create(Pair(row, o[0], o[1]), Pair(row, o[4], o[5])),
                Vector256.Create(Pair(row, o[8], o[9]), Pair(row, o[12], o[13])));
            var b = Vector512.Create(
                Vector256.Create(Pair(row, o[2], o[3]), Pair(row, o[6], o[7])),
                Vector256.Create(Pair(row, o[10], o[11]), Pair(row, o[14], o[15])));
            var weights = Vector512.Load(Weights + (2 * x));
            var to0 = planes + x;
            Sum512(Avx512BW.Shuffle(a, low0) | Avx512BW.Shuffle(b, high0), weights).Store(to0);
            Sum512(Avx512BW.Shuffle(a, low1) | Avx512BW.Shuffle(b, high1), weights).Store(to0 + Plane);
            Sum512(Avx512BW.Shuffle(a, low2) | Avx512BW.Shuffle(b, high2), weights).Store(to0 + (2 * Plane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Linear256(byte* row, short* planes, int from, int to)
    {
        var (low0, high0) = LinearMasks(0);
        var (low1, high1) = LinearMasks(1);
        var (low2, high2) = LinearMasks(2);
        for (var next = from; next < to; next += 8)
        {
            var x = Math.Min(next, to - 8);
            var o = Offsets + x;
            var a = Vector256.Create(Pair(row, o[0], o[1]), Pair(row, o[4], o[5]));
            var b = Vector256.Create(Pair(row, o[2], o[3]), Pair(row, o[6], o[7]));
            var weights = Vector256.Load(Weights + (2 * x));
            var to0 = planes + x;
            Sum256(Avx2.Shuffle(a, low0) | Avx2.Shuffle(b, high0), weights).Store(to0);
            Sum256(Avx2.Shuffle(a, low1) | Avx2.Shuffle(b, high1), weights).Store(to0 + Plane);
            Sum256(Avx2.Shuffle(a, low2) | Avx2.Shuffle(b, high2), weights).Store(to0 + (2 * Plane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Linear128(byte* row, short* planes, int from, int to)
    {
        for (var c = 0; c < 3; c++)
        {
            var (low, high) = LinearMasks(c);
            for (var next = from; next < to; next += 4)
            {
                var x = Math.Min(next, to - 4);
                var o = Offsets + x;
                var weights = Vector128.Load(Weights + (2 * x)).AsInt32();
                var pairs = Vector128.Shuffle(Pair(row, o[0], o[1]), low.GetLower()) | Vector128.Shuffle(Pair(row, o[2], o[3]), high.GetLower());
                var left = (pairs.AsInt32() & Vector128.Create(0xFFFF)) * ((weights << 16) >> 16);
                var right = (pairs.AsInt32() >>> 16) * (weights >> 16);
                var sums = (left + right) >> 4;
                Vector128.Narrow(sums, sums).GetLower().Store(planes + (c * Plane) + x);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Sum512(Vector512<byte> pairs, Vector512<short> weights) =>
        Avx512F.ConvertToVector256Int16(Avx512BW.MultiplyAddAdjacent(pairs.AsInt16(), weights) >> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Sum256(Vector256<byte> pairs, Vector256<short> weights)
    {
        var sums = Avx2.MultiplyAddAdjacent(pairs.AsInt16(), weights) >> 4;
        return Sse2.PackSignedSaturate(sums.GetLower(), sums.GetUpper());
    }

    /// <summary>Eight bytes from each of two offsets on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Pair(byte* row, int left, int right) => Sse2.IsSupported
        ? Sse2.LoadHigh(Sse2.LoadScalarVector128((double*)(row + left)), (double*)(row + right)).AsByte()
        : Vector128.Create(Unsafe.ReadUnaligned<ulong>(row + left), Unsafe.ReadUnaligned<ulong>(row + right)).AsByte();

    /// <summary>
    /// Shuffles of channel <paramref name="c"/>: into 32-bit elements 0 and 1, and into 2 and 3 of each 128-bit lane.
    /// </summary>
    private readonly (Vector256<byte> Low, Vector256<byte> High) LinearMasks(int c)
    {
        const uint None = 0x80808080;
        var first = 0x80008000u | Channel[c] | ((uint)(Channel[c] + PixelBytes) << 16);
        var second = first + 0x00080008u;
        var low = Vector128.Create(first, second, None, None);
        var high = Vector128.Create(None, None, first, second);
        return (Vector256.Create(low, low).AsByte(), Vector256.Create(high, high).AsByte());
    }

    private readonly (Vector512<byte> Low, Vector512<byte> High) LinearMasks512(int c)
    {
        var (low, high) = LinearMasks(c);
        return (Vector512.Create(low, low), Vector512.Create(high, high));
    }
}
