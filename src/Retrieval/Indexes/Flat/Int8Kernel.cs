using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// Integer inner products of coded rows (unsigned bytes) with the two signed planes of a query. Exact, whichever instructions
/// compute them.
/// </summary>
internal static class Int8Kernel
{
    /// <summary>Computes <paramref name="coarse"/>.Length rows; <paramref name="stride"/> is a multiple of 64.</summary>
    public static void Run(ref readonly byte rows, int stride, ReadOnlySpan<sbyte> coarsePlane, ReadOnlySpan<sbyte> finePlane, Span<int> coarse, Span<int> fine)
    {
        ref var row = ref Unsafe.AsRef(in rows);
        ref var a = ref MemoryMarshal.GetReference(coarsePlane);
        ref var b = ref MemoryMarshal.GetReference(finePlane);
        for (var r = 0; r < coarse.Length; r++)
        {
            (coarse[r], fine[r]) =
                AvxVnni.IsSupported ? Vnni(ref row, stride, ref a, ref b)
                : Avx2.IsSupported ? Widened(ref row, stride, ref a, ref b)
                : Plain(ref row, stride, ref a, ref b);
            row = ref Unsafe.Add(ref row, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Coarse, int Fine) Vnni(ref byte row, int stride, ref sbyte a, ref sbyte b)
    {
        Vector256<int> a0 = default, a1 = default, b0 = default, b1 = default;
        for (nuint d = 0; d < (nuint)stride; d += 64)
        {
            var x0 = Vector256.LoadUnsafe(ref row, d);
            var x1 = Vector256.LoadUnsafe(ref row, d + 32);
            a0 = AvxVnni.MultiplyWideningAndAdd(a0, x0, Vector256.LoadUnsafe(ref a, d));
            b0 = AvxVnni.MultiplyWideningAndAdd(b0, x0, Vector256.LoadUnsafe(ref b, d));
            a1 = AvxVnni.MultiplyWideningAndAdd(a1, x1, Vector256.LoadUnsafe(ref a, d + 32));
            b1 = AvxVnni.MultiplyWideningAndAdd(b1, x1, Vector256.LoadUnsafe(ref b, d + 32));
        }

        return Sums(a0 + a1, b0 + b1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (int Coarse, int Fine) Widened(ref byte row, int stride, ref sbyte a, ref sbyte b)
    {
        Vector256<int> sumA = default, sumB = default;
        for (nuint d = 0; d < (nuint)stride; d += 16)
        {
            // Sixteen-bit products: byte pairs multiplied directly would saturate.
            var x = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref row, d));
            sumA += Avx2.MultiplyAddAdjacent(x, Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref a, d)));
            sumB += Avx2.MultiplyAddAdjacent(x, Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref b, d)));
        }

        return Sums(sumA, sumB);
    }

    internal static (int Coarse, int Fine) Plain(ref byte row, int stride, ref sbyte a, ref sbyte b)
    {
        int sumA = 0, sumB = 0;
        for (var d = 0; d < stride; d++)
        {
            sumA += Unsafe.Add(ref row, d) * Unsafe.Add(ref a, d);
            sumB += Unsafe.Add(ref row, d) * Unsafe.Add(ref b, d);
        }

        return (sumA, sumB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int A, int B) Sums(Vector256<int> a, Vector256<int> b)
    {
        var both = Avx2.HorizontalAdd(a, b);
        var half = both.GetLower() + both.GetUpper(); // a a b b
        return (half[0] + half[1], half[2] + half[3]);
    }
}
