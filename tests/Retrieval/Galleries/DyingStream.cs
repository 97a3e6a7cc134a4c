namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>
/// A disk that dies after so many written bytes. Flushed bytes stay; of bytes that were not flushed, the disk keeps either
/// what came before the end or random sectors of 512 bytes, as a disk with a cache may.
/// </summary>
internal sealed class DyingStream(byte[] content, int bytesToLive, Random random) : Stream
{
    private const int Sector = 512;
    private readonly MemoryStream _seen = From(content);
    private byte[] _flushed = content;
    private int _left = bytesToLive;
    private bool _isDead;

    public sealed class KilledException : Exception;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _seen.Length;

    public override long Position
    {
        get => _seen.Position;
        set => _seen.Position = value;
    }

    /// <summary>What is on the disk afterwards.</summary>
    public byte[] Survivors()
    {
        var all = _seen.ToArray();
        if (random.Next(2) == 0)
        {
            return all;
        }

        var kept = _flushed;
        Array.Resize(ref kept, all.Length);
        for (var at = 0; at < all.Length; at += Sector)
        {
            if (random.Next(2) == 0)
            {
                Array.Copy(all, at, kept, at, Math.Min(Sector, all.Length - at));
            }
        }

        return kept;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ThrowIfDead();
        var written = Math.Min(count, _left);
        _seen.Write(buffer, offset, written);
        _left -= written;
        if (written < count)
        {
            _isDead = true;
            throw new KilledException();
        }
    }

    public override void Flush()
    {
        ThrowIfDead();
        _flushed = _seen.ToArray();
    }

    public override void SetLength(long value)
    {
        ThrowIfDead();
        _seen.SetLength(value);
    }

    public override int Read(byte[] buffer, int offset, int count) => _seen.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => _seen.Seek(offset, origin);

    private static MemoryStream From(byte[] content)
    {
        var stream = new MemoryStream();
        stream.Write(content);
        stream.Position = 0;
        return stream;
    }

    private void ThrowIfDead()
    {
        if (_isDead)
        {
            throw new KilledException();
        }
    }
}
