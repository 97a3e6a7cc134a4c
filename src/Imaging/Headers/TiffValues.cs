using System.Buffers.Binary;

namespace PPLCNet.Vision.Imaging.Headers;

/// <summary>The values of one TIFF tag, all of them inside the file.</summary>
internal readonly ref struct TiffValues(ReadOnlySpan<byte> bytes, int size, bool bigEndian)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many there are.</summary>
    public int Count => size == 0 ? 0 : _bytes.Length / size;

    /// <summary>One of them.</summary>
    public uint this[int index]
    {
        get
        {
            var at = _bytes[(index * size)..];
            return (size, bigEndian) switch
            {
                (2, true) => BinaryPrimitives.ReadUInt16BigEndian(at),
                (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(at),
                (_, true) => BinaryPrimitives.ReadUInt32BigEndian(at),
                _ => BinaryPrimitives.ReadUInt32LittleEndian(at),
            };
        }
    }
}
