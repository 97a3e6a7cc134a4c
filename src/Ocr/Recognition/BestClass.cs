using System.Numerics;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>
/// The best class of a time step. A line has some 40 rows of up to 18 710 classes; finding their maxima takes most of the time
/// outside the session, so values are compared first and the place is looked for once.
/// </summary>
internal static class BestClass
{
    private static Vector<float> Least => new(float.NegativeInfinity);

    /// <summary>Index of the first highest value; 0 where there is none above negative infinity.</summary>
    public static int Of(ReadOnlySpan<float> row)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        var (a, b, c, d) = (Least, Least, Least, Least);
        var i = 0;
        for (; i + 4 <= vectors.Length; i += 4)
        {
            a = Higher(a, vectors[i]);
            b = Higher(b, vectors[i + 1]);
            c = Higher(c, vectors[i + 2]);
            d = Higher(d, vectors[i + 3]);
        }

        for (; i < vectors.Length; i++)
        {
            a = Higher(a, vectors[i]);
        }

        a = Higher(Higher(a, b), Higher(c, d));
        var highest = float.NegativeInfinity;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            highest = a[lane] > highest ? a[lane] : highest;
        }

        var rest = vectors.Length * Vector<float>.Count;
        foreach (var value in row[rest..])
        {
            highest = value > highest ? value : highest;
        }

        return FirstOf(row, vectors, highest);
    }

    // What is not a number never wins.
    private static Vector<float> Higher(Vector<float> best, Vector<float> value) =>
        Vector.ConditionalSelect(Vector.GreaterThan(value, best), value, best);

    private static int FirstOf(ReadOnlySpan<float> row, ReadOnlySpan<Vector<float>> vectors, float highest)
    {
        var wanted = new Vector<float>(highest);
        for (var v = 0; v < vectors.Length; v++)
        {
            if (Vector.EqualsAny(vectors[v], wanted))
            {
                return (v * Vector<float>.Count) + row.Slice(v * Vector<float>.Count, Vector<float>.Count).IndexOf(highest);
            }
        }

        var rest = vectors.Length * Vector<float>.Count;
        var place = row[rest..].IndexOf(highest);
        return place < 0 ? 0 : rest + place;
    }
}
