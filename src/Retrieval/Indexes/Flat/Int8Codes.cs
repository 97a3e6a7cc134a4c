using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// Rows as one byte per value, for scans that read a quarter of the memory. A row x is stored as x' = scale * (code - 128),
/// and with it the length of x - x', which bounds how far any score computed from the codes can be off (Cauchy-Schwarz).
/// </summary>
internal sealed class Int8Codes(int dimension) : IDisposable
{
    /// <summary>The code of zero; codes are unsigned because the dot-product instruction takes one unsigned side.</summary>
    public const byte Zero = 128;

    /// <summary>Rows are padded to a multiple of this many bytes.</summary>
    public const int Pad = 64;

    private readonly List<Int8Row> _rows = [];

    /// <summary>The codes.</summary>
    public NativeBlocks<byte> Blocks { get; } = new((dimension + Pad - 1) / Pad * Pad);

    /// <summary>Scale, error and length of each row.</summary>
    public ReadOnlySpan<Int8Row> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Bytes held.</summary>
    public long Bytes => Blocks.Bytes + (_rows.Count * 12L);

    /// <summary>Makes room.</summary>
    public void EnsureCapacity(int rows)
    {
        Blocks.EnsureCapacity(rows);
        while (_rows.Count < rows)
        {
            _rows.Add(default);
        }
    }

    /// <summary>Encodes a row.</summary>
    public void Set(int row, ReadOnlySpan<float> vector)
    {
        var codes = Blocks.RowSpan(row);
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        var scale = largest / 127;
        var inverse = scale > 0 ? 1 / scale : 0;
        double error = 0, length = 0;
        codes.Fill(Zero);
        for (var i = 0; i < vector.Length; i++)
        {
            var code = (int)Math.Clamp(MathF.Round(vector[i] * inverse), -127, 127);
            codes[i] = (byte)(code + Zero);
            var kept = (double)scale * code;
            error += (vector[i] - kept) * (vector[i] - kept);
            length += kept * kept;
        }

        _rows[row] = new Int8Row(scale, (float)Math.Sqrt(error), (float)Math.Sqrt(length));
    }

    /// <summary>Copies a row over another.</summary>
    public void Move(int from, int to)
    {
        Blocks.RowSpan(from).CopyTo(Blocks.RowSpan(to));
        _rows[to] = _rows[from];
    }

    /// <inheritdoc/>
    public void Dispose() => Blocks.Dispose();
}

/// <summary>What belongs to the codes of a row.</summary>
/// <param name="Scale">Value of one code step.</param>
/// <param name="Error">Length of what the codes lost.</param>
/// <param name="Length">Length of what they kept.</param>
internal readonly record struct Int8Row(float Scale, float Error, float Length);
