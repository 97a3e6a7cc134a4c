using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Retrieval.Indexes.Hnsw;

/// <summary>Compares the vectors that a saved graph holds with those of the gallery. Not thread-safe.</summary>
/// <param name="stride">Values of a vector.</param>
/// <param name="precision">How the graph stores them.</param>
internal sealed class StoredRow(int stride, HnswPrecision precision)
{
    private const float Tolerance = 0.01f; // bfloat16 keeps 8 bits
    private const float LeastHalf = 6e-8f, GreatestHalf = 6e4f;
    private readonly float[] _values = new float[stride];

    /// <summary>Whether a stored vector is a copy of another, as good as its precision allows.</summary>
    /// <param name="row">The bytes of the stored vector.</param>
    /// <param name="vector">The original; empty where it is gone, and any finite vector is as good.</param>
    public bool IsCopyOf(ReadOnlySpan<byte> row, ReadOnlySpan<float> vector)
    {
        Read(row);
        if (vector.IsEmpty)
        {
            return float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(_values));
        }

        var norm = TensorPrimitives.Norm(vector);
        return precision switch
        {
            HnswPrecision.Int8 => MathF.Abs(norm - 1) > Tolerance || TensorPrimitives.CosineSimilarity(_values, vector) > 0.9f,
            HnswPrecision.Float16 => norm > GreatestHalf
                || TensorPrimitives.Distance(_values, vector) <= (Tolerance * norm) + (LeastHalf * MathF.Sqrt(stride)),
            _ => TensorPrimitives.Distance(_values, vector) <= Tolerance * norm,
        };
    }

    private void Read(ReadOnlySpan<byte> row)
    {
        switch (precision)
        {
            case HnswPrecision.Float32:
                MemoryMarshal.Cast<byte, float>(row).CopyTo(_values);
                break;
            case HnswPrecision.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(row), _values);
                break;
            case HnswPrecision.Int8:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(row), _values.AsSpan());
                break;
            default:
                ReadBFloat16(MemoryMarshal.Cast<byte, ushort>(row));
                break;
        }
    }

    private void ReadBFloat16(ReadOnlySpan<ushort> row)
    {
        var bits = MemoryMarshal.Cast<float, uint>(_values.AsSpan());
        var i = 0;
        for (; i <= row.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(row[i..]), out var low, out var high);
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + Vector<uint>.Count)..]);
        }

        for (; i < row.Length; i++)
        {
            bits[i] = (uint)row[i] << 16;
        }
    }
}
