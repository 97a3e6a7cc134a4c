using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>What a frame does.</summary>
internal enum FrameKind : ushort
{
    /// <summary>Stores items, replacing those of the same id.</summary>
    Put = 1,

    /// <summary>Removes items.</summary>
    Remove = 2,
}

/// <summary>
/// The unit of the log: payload length (4 bytes), kind (2), flags (2; bit 0: the write ends here), sequence (8), payload,
/// CRC-32C of all of it (4). Little-endian. Sequences count up by one from 1.
/// </summary>
internal static class Frame
{
    public const int HeaderBytes = 16;
    public const int TrailerBytes = 4;

    /// <summary>Payloads beyond it are damage, not data.</summary>
    public const int MaxPayload = 256 << 20;

    private const ushort EndsWrite = 1;

    /// <summary>
    /// Completes a frame in a buffer that holds room for the header and then the payload; the checksum is appended.
    /// </summary>
    /// <returns>The checksum.</returns>
    public static uint Complete(ArrayBufferWriter<byte> buffer, FrameKind kind, bool endsWrite, ulong sequence)
    {
        var frame = MemoryMarshal.AsMemory(buffer.WrittenMemory).Span;
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[4..], (ushort)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[6..], endsWrite ? EndsWrite : (ushort)0);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], sequence);
        var checksum = Crc32C.Of(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(TrailerBytes), checksum);
        buffer.Advance(TrailerBytes);
        return checksum;
    }

    /// <summary>
    /// Reads the frame at the stream's position; null, with the reason, where there is no whole one before
    /// <paramref name="end"/>.
    /// </summary>
    public static FrameData? Read(Stream stream, long end, ulong expectedSequence, ref byte[] buffer, out string fault)
    {
        var left = end - stream.Position;
        if (left < HeaderBytes + TrailerBytes)
        {
            fault = $"expected a frame, found {left} bytes";
            return null;
        }

        Grow(ref buffer, HeaderBytes);
        stream.ReadExactly(buffer, 0, HeaderBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(buffer);
        if (length < 0 || length > MaxPayload || length > left - HeaderBytes - TrailerBytes)
        {
            fault = $"expected a frame within the file, found a length of {length}";
            return null;
        }

        var total = HeaderBytes + length + TrailerBytes;
        Grow(ref buffer, total);
        stream.ReadExactly(buffer, HeaderBytes, total - HeaderBytes);
        var bytes = buffer.AsSpan(0, total);
        var sequence = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        fault = Crc32C.Of(bytes[..^TrailerBytes]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^TrailerBytes..]) ? "the checksum does not match"
            : sequence != expectedSequence ? $"expected frame {expectedSequence}, found frame {sequence}"
            : "";
        return fault.Length > 0 ? null : new FrameData(
            (FrameKind)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            (BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) & EndsWrite) != 0,
            sequence,
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[^TrailerBytes..]),
            buffer.AsMemory(HeaderBytes, length));
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Array.Resize(ref buffer, Math.Max(length, (int)Math.Min(int.MaxValue, buffer.Length * 2L)));
        }
    }
}

/// <summary>A frame as read; the payload lies in a buffer that the next read overwrites.</summary>
internal readonly record struct FrameData(FrameKind Kind, bool EndsWrite, ulong Sequence, uint Checksum, ReadOnlyMemory<byte> Payload);
