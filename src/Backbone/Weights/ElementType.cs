using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>How the elements of a tensor are stored in a file.</summary>
internal enum ElementType
{
    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>IEEE half precision.</summary>
    Float16,

    /// <summary>The upper half of a single.</summary>
    BFloat16,

    /// <summary>IEEE double precision; rounded to single when read.</summary>
    Float64,

    /// <summary>Integers of 32 bits, as counters are stored.</summary>
    Int32,

    /// <summary>Integers of 64 bits, as counters are stored.</summary>
    Int64,
}

/// <summary>Conversions between stored little-endian bytes and float32.</summary>
internal static class ElementTypes
{
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float64 or ElementType.Int64 => 8,
        _ => 4,
    };

    /// <summary>Reads a whole number of elements.</summary>
    public static float[] ToFloats(this ElementType type, ReadOnlySpan<byte> bytes)
    {
        var size = type.Size();
        var values = new float[bytes.Length / size];
        if (type == ElementType.Float32 && BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes[(i * size)..];
            values[i] = type switch
            {
                ElementType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
                ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
                ElementType.Float64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
                ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
                ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
                _ => BinaryPrimitives.ReadSingleLittleEndian(at),
            };
        }

        return values;
    }

    /// <summary>Writes floats; half types round to nearest even.</summary>
    public static byte[] ToBytes(this ElementType type, ReadOnlySpan<float> values)
    {
        var size = type.Size();
        var bytes = new byte[values.Length * size];
        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes.AsSpan(i * size);
            switch (type)
            {
                case ElementType.Float32:
                    BinaryPrimitives.WriteSingleLittleEndian(at, values[i]);
                    break;
                case ElementType.Float16:
                    BinaryPrimitives.WriteHalfLittleEndian(at, (Half)values[i]);
                    break;
                case ElementType.BFloat16:
                    BinaryPrimitives.WriteUInt16LittleEndian(at, ToBFloat16(values[i]));
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(type), type, "Tensors are written as Float32, Float16 or BFloat16.");
            }
        }

        return bytes;
    }

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
