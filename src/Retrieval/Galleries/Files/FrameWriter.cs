using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>
/// Spreads the entries of one write over frames by the bytes that they take, texts included. A frame is written when the next
/// begins: only then is it known not to be the last. Not thread-safe.
/// </summary>
internal sealed class FrameWriter(Stream stream, FrameKind kind, ulong lastSequence)
{
    /// <summary>A frame of this many bytes takes no more entries.</summary>
    private const int FullPayload = 8 << 20;

    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly ArrayBufferWriter<byte> _entry = new();
    private ulong _sequence = lastSequence;
    private int _count;

    /// <summary>The checksum of the last frame that was written.</summary>
    public uint LastChecksum { get; private set; }

    /// <summary>Adds an entry, which <paramref name="write"/> writes.</summary>
    /// <exception cref="ArgumentException">It does not fit into a frame.</exception>
    public void Add<T>(Action<IBufferWriter<byte>, T> write, T entry)
    {
        _entry.ResetWrittenCount();
        write(_entry, entry);
        if (_entry.WrittenCount > Frame.MaxPayload - sizeof(int))
        {
            throw new ArgumentException(
                $"An item is too large for a gallery: expected up to {Frame.MaxPayload - sizeof(int)} bytes with its label and metadata, found {_entry.WrittenCount}.",
                nameof(entry));
        }

        if (_count > 0 && (Payload >= FullPayload || Payload + _entry.WrittenCount > Frame.MaxPayload))
        {
            Flush(endsWrite: false);
        }

        if (_count++ == 0)
        {
            _frame.GetSpan(Frame.HeaderBytes + sizeof(int))[..(Frame.HeaderBytes + sizeof(int))].Clear();
            _frame.Advance(Frame.HeaderBytes + sizeof(int));
        }

        _frame.Write(_entry.WrittenSpan);
    }

    /// <summary>Writes the last frame.</summary>
    /// <returns>Its sequence; null where there was no entry.</returns>
    public ulong? Finish()
    {
        if (_count == 0)
        {
            return null;
        }

        Flush(endsWrite: true);
        return _sequence;
    }

    private int Payload => _frame.WrittenCount - Frame.HeaderBytes;

    private void Flush(bool endsWrite)
    {
        BinaryPrimitives.WriteInt32LittleEndian(MemoryMarshal.AsMemory(_frame.WrittenMemory).Span[Frame.HeaderBytes..], _count);
        LastChecksum = Frame.Complete(_frame, kind, endsWrite, ++_sequence);
        stream.Write(_frame.WrittenSpan);
        _frame.ResetWrittenCount();
        _count = 0;
    }
}
