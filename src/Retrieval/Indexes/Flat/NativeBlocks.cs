using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Retrieval.Indexes.Flat;

/// <summary>
/// Rows of equal length outside the managed heap, in aligned blocks: growing copies nothing, and rows never move under a reader.
/// Not thread-safe; its owner holds a reader-writer lock.
/// </summary>
internal sealed unsafe class NativeBlocks<T> : IDisposable
    where T : unmanaged
{
    private const nuint Alignment = 2 << 20; // so that the system may use huge pages
    private const int TargetBytes = 4 << 20;
    private readonly List<nint> _blocks = [];

    /// <summary>No rows yet.</summary>
    /// <param name="stride">Values from one row to the next.</param>
    public NativeBlocks(int stride)
    {
        Stride = stride;
        RowsPerBlock = Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(TargetBytes / (stride * sizeof(T)))));
    }

    /// <summary>Values from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Rows in a block, a power of two from 64 up.</summary>
    public int RowsPerBlock { get; }

    /// <summary>Bytes held.</summary>
    public long Bytes => (long)_blocks.Count * RowsPerBlock * Stride * sizeof(T);

    /// <summary>Makes room for so many rows; new ones are zero.</summary>
    public void EnsureCapacity(int rows)
    {
        while ((long)_blocks.Count * RowsPerBlock < rows)
        {
            var bytes = (nuint)RowsPerBlock * (nuint)Stride * (nuint)sizeof(T);
            var block = NativeMemory.AlignedAlloc(bytes, Alignment);
            NativeMemory.Clear(block, bytes);
            _blocks.Add((nint)block);
        }
    }

    /// <summary>The first value of a row. Rows up to the end of its block follow it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Row(int row) => ref Unsafe.AsRef<T>((T*)_blocks[row / RowsPerBlock] + ((nint)(row & (RowsPerBlock - 1)) * Stride));

    /// <summary>A row as a span.</summary>
    public Span<T> RowSpan(int row) => MemoryMarshal.CreateSpan(ref Row(row), Stride);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            NativeMemory.AlignedFree((void*)block);
        }

        _blocks.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what an owner forgot.</summary>
    ~NativeBlocks() => Dispose();
}
