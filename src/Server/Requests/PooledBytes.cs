using System.Buffers;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>
/// Bytes of a request in pooled memory that grows with what arrives, so that a sender who announces much and sends nothing
/// takes nothing. Not thread-safe.
/// </summary>
internal sealed class PooledBytes(BodyBudget budget, long limit) : IDisposable
{
    private const int FirstSize = 1 << 16;

    private byte[] _buffer = [];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    public Memory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="RequestException">There is more than the limit, or no memory left for bodies.</exception>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        for (; ;)
        {
            Reserve(Length + 1);
            var read = await stream.ReadAsync(_buffer.AsMemory(Length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            Length += read;
            if (Length > limit)
            {
                throw RequestException.TooLarge(limit);
            }
        }
    }

    /// <summary>Makes room for so many bytes, for a caller that fills them and calls <see cref="SetLength"/>.</summary>
    public Span<byte> Rent(int length)
    {
        Reserve(Math.Max(1, length));
        Length = length;
        return _buffer.AsSpan(0, length);
    }

    /// <summary>Says how many bytes of those rented are used.</summary>
    public void SetLength(int length) => Length = length;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            budget.Return(_buffer.Length);
        }

        (_buffer, Length) = ([], 0);
    }

    private void Reserve(int bytes)
    {
        if (bytes <= _buffer.Length)
        {
            return;
        }

        var wanted = (int)Math.Min(Array.MaxLength, Math.Max(Math.Max(FirstSize, bytes), 2L * _buffer.Length));
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            budget.Take(larger.Length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw;
        }

        var length = Length;
        _buffer.AsSpan(0, length).CopyTo(larger);
        Dispose();
        (_buffer, Length) = (larger, length);
    }
}
