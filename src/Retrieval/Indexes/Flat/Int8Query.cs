using System.Numerics.Tensors;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// A query in two planes of signed bytes, the second holding what the first lost: the scan reads rows from memory once and
/// uses them twice, so the query's own rounding costs nothing and hardly widens the bounds.
/// </summary>
internal sealed class Int8Query
{
    private readonly float _coarseScale;
    private readonly float _fineScale;
    private readonly long _coarseOffset;
    private readonly long _fineOffset;
    private readonly float _norm;
    private readonly float _error;
    private readonly float _rounding;

    public Int8Query(ReadOnlySpan<float> query, int stride)
    {
        Coarse = new sbyte[stride];
        Fine = new sbyte[stride];
        var rest = new float[query.Length];
        query.CopyTo(rest);
        _coarseScale = Encode(rest, Coarse);
        _fineScale = Encode(rest, Fine);
        _coarseOffset = (long)Int8Codes.Zero * Coarse.Sum(v => v);
        _fineOffset = (long)Int8Codes.Zero * Fine.Sum(v => v);
        _norm = TensorPrimitives.Norm(query);
        _error = TensorPrimitives.Norm<float>(rest);

        // Rounding of float sums, generously: the exact score itself is off by less than this share of the norms.
        _rounding = (query.Length + 64) * 1.2e-7f;
    }

    /// <summary>The first plane.</summary>
    public sbyte[] Coarse { get; }

    /// <summary>What the first plane lost.</summary>
    public sbyte[] Fine { get; }

    /// <summary>The inner product with a coded row, and how far the exact one can be from it at most.</summary>
    public (float Score, float Bound) Score(int coarse, int fine, in Int8Row row)
    {
        var score = row.Scale * ((_coarseScale * (coarse - _coarseOffset)) + (_fineScale * (fine - _fineOffset)));
        return (score, (_norm * row.Error) + (_error * row.Length) + (_rounding * _norm * (row.Length + row.Error)));
    }

    private static float Encode(Span<float> values, Span<sbyte> codes)
    {
        var scale = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(values)) / 127;
        if (scale == 0)
        {
            return 0;
        }

        for (var i = 0; i < values.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scale), -127, 127);
            values[i] -= codes[i] * scale;
        }

        return scale;
    }
}
