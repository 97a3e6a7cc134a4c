using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>Bytes outside the managed heap, of which there may be more than an array can hold.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Part = 64 << 20;
    private byte* _bytes;

    /// <summary>Takes memory, not cleared.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _bytes = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, length));
    }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte.</summary>
    public byte* Pointer => _bytes;

    /// <summary>The bytes in parts, in order.</summary>
    public IEnumerable<Memory> Parts()
    {
        for (var at = 0L; at < Length; at += Part)
        {
            yield return new Memory(this, at, (int)Math.Min(Part, Length - at));
        }
    }

    /// <summary>A part.</summary>
    public Span<byte> Span(long at, int length) => at >= 0 && length >= 0 && at <= Length - length
        ? new Span<byte>(_bytes + at, length)
        : throw new ArgumentOutOfRangeException(nameof(at));

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what an owner forgot.</summary>
    ~NativeBuffer() => NativeMemory.Free(_bytes);

    /// <summary>A part of a buffer.</summary>
    public readonly record struct Memory(NativeBuffer Buffer, long At, int Length)
    {
        /// <summary>Its bytes.</summary>
        public Span<byte> Span => Buffer.Span(At, Length);
    }
}
