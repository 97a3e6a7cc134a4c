using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>Blends scaled rows along y into 8-bit values and normalizes them: <c>value * factor - shift</c>.</summary>
internal static unsafe class ColumnScaler
{
    private const float FromFixed = 1f / (ResampleAxis.One * ResampleAxis.One);

    /// <summary>Blends two rows of a linear plane.</summary>
    /// <param name="level">Vectors to work with.</param>
    /// <param name="upper">Values of the upper row, as <see cref="RowScaler"/> writes them.</param>
    /// <param name="lower">Values of the lower row.</param>
    /// <param name="weights">Their two weights.</param>
    /// <param name="factor">Multiplies the 8-bit value.</param>
    /// <param name="shift">Is subtracted from the product.</param>
    /// <param name="target">Receives the values.</param>
    /// <param name="width">How many there are.</param>
    public static void Linear(
        SimdLevel level, short* upper, short* lower, short* weights, float factor, float shift, float* target, int width)
    {
        var x = 0;
        if (level == SimdLevel.Vector512 && width >= 32)
        {
            x = Linear512(upper, lower, weights, factor, shift, target, width);
        }
        else if (level != SimdLevel.Scalar && width >= Vector<short>.Count)
        {
            x = LinearVector(upper, lower, weights, factor, shift, target, width);
        }

        for (; x < width; x++)
        {
            var value = (((upper[x] * weights[0]) >> 16) + ((lower[x] * weights[1]) >> 16) + 2) >> 2;
            target[x] = (value * factor) - shift;
        }
    }

    /// <summary>Blends four rows of a cubic plane, in single precision as OpenCV's vector code does.</summary>
    /// <param name="level">Vectors to work with.</param>
    /// <param name="rows">Values of the four rows.</param>
    /// <param name="weights">Their four weights.</param>
    /// <param name="factor">Multiplies the 8-bit value.</param>
    /// <param name="shift">Is subtracted from the product.</param>
    /// <param name="target">Receives the values.</param>
    /// <param name="width">How many there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Cubic(SimdLevel level, int** rows, short* weights, float factor, float shift, float* target, int width)
    {
        var x = 0;
        int* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3];
        var (w0, w1, w2, w3) = (weights[0] * FromFixed, weights[1] * FromFixed, weights[2] * FromFixed, weights[3] * FromFixed);
        if (level == SimdLevel.Vector512)
        {
            for (; x <= width - 16; x += 16)
            {
                var sum = (Vector512.ConvertToSingle(Vector512.Load(r3 + x)) * w3) + (Vector512.ConvertToSingle(Vector512.Load(r2 + x)) * w2);
                sum = (Vector512.ConvertToSingle(Vector512.Load(r1 + x)) * w1) + sum;
                sum = (Vector512.ConvertToSingle(Vector512.Load(r0 + x)) * w0) + sum;
                var value = Vector512.Clamp(Vector512.Round(sum), Vector512<float>.Zero, Vector512.Create(255f));
                ((value * factor) - Vector512.Create(shift)).Store(target + x);
            }
        }
        else if (level != SimdLevel.Scalar)
        {
            for (; x <= width - Vector<int>.Count; x += Vector<int>.Count)
            {
                var sum = (Vector.ConvertToSingle(Vector.Load(r3 + x)) * w3) + (Vector.ConvertToSingle(Vector.Load(r2 + x)) * w2);
                sum = (Vector.ConvertToSingle(Vector.Load(r1 + x)) * w1) + sum;
                sum = (Vector.ConvertToSingle(Vector.Load(r0 + x)) * w0) + sum;
                var value = Vector.Clamp(Vector.Round(sum), Vector<float>.Zero, new Vector<float>(255f));
                ((value * factor) - new Vector<float>(shift)).Store(target + x);
            }
        }

        for (; x < width; x++)
        {
            var sum = (r3[x] * w3) + (r2[x] * w2);
            sum = (r1[x] * w1) + sum;
            sum = (r0[x] * w0) + sum;
            target[x] = (Math.Clamp(MathF.Round(sum), 0, 255) * factor) - shift;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Linear512(short* upper, short* lower, short* weights, float factor, float shift, float* target, int width)
    {
        var (w0, w1) = (Vector512.Create(weights[0]), Vector512.Create(weights[1]));
        var (f, s) = (Vector512.Create(factor), Vector512.Create(shift));
        for (var next = 0; next < width; next += 32)
        {
            var x = Math.Min(next, width - 32); // The last vector overlaps the one before it.
            var sum = Avx512BW.MultiplyHigh(Vector512.Load(upper + x), w0) + Avx512BW.MultiplyHigh(Vector512.Load(lower + x), w1);
            var value = (sum + Vector512.Create((short)2)) >> 2;
            var (low, high) = Vector512.Widen(value);
            ((Vector512.ConvertToSingle(low) * f) - s).Store(target + x);
            ((Vector512.ConvertToSingle(high) * f) - s).Store(target + x + 16);
        }

        return width;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LinearVector(short* upper, short* lower, short* weights, float factor, float shift, float* target, int width)
    {
        var (w0, w1) = (new Vector<int>(weights[0]), new Vector<int>(weights[1]));
        var (f, s) = (new Vector<float>(factor), new Vector<float>(shift));
        for (var next = 0; next < width; next += Vector<short>.Count)
        {
            var x = Math.Min(next, width - Vector<short>.Count);
            Vector.Widen(Vector.Load(upper + x), out var u0, out var u1);
            Vector.Widen(Vector.Load(lower + x), out var l0, out var l1);
            var v0 = (((u0 * w0) >> 16) + ((l0 * w1) >> 16) + new Vector<int>(2)) >> 2;
            var v1 = (((u1 * w0) >> 16) + ((l1 * w1) >> 16) + new Vector<int>(2)) >> 2;
            ((Vector.ConvertToSingle(v0) * f) - s).Store(target + x);
            ((Vector.ConvertToSingle(v1) * f) - s).Store(target + x + Vector<int>.Count);
        }

        return width;
    }
}
