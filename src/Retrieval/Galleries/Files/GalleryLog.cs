using System.Buffers;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Files;

/// <summary>
/// The log of a gallery file. A write is: frames at the end, flushed to the disk; then a commit record, flushed to the disk;
/// then it is acknowledged. So after a kill at any byte the record in force names an end that is whole, and anything after it
/// is either a whole write, which is kept, or the beginning of one that nobody was told had happened. And because
/// acknowledged data ends where the record says, a file that was truncated or corrupt afterwards is distinguished from one
/// whose writer died. Not thread-safe.
/// </summary>
internal sealed class GalleryLog : IDisposable
{
    private readonly Stream _stream;
    private readonly string _name;
    private CommitRecord _record;
    private bool _isFaulted;

    private GalleryLog(Stream stream, string name, GalleryHeader header, CommitRecord record)
    {
        _stream = stream;
        _name = name;
        Header = header;
        _record = record;
    }

    public GalleryHeader Header { get; }

    /// <summary>Bytes of the file that count.</summary>
    public long Length => _record.Length;

    /// <summary>The last frame.</summary>
    public ulong Sequence => _record.Sequence;

    /// <summary>
    /// The checksum of the last frame, 0 where there is none: two logs of one beginning that went apart differ in it.
    /// </summary>
    public uint LastChecksum { get; private set; }

    /// <summary>Writes an empty log into an empty stream, which it then owns.</summary>
    public static GalleryLog Create(Stream stream, string name, GalleryHeader header)
    {
        var bytes = Preamble.Create(header);
        stream.Write(bytes);
        FlushToDisk(stream);
        return new GalleryLog(stream, name, header, new CommitRecord(1, 0, bytes.Length));
    }

    /// <summary>Reads a log, which then owns the stream. Frames are handed on only where their whole write is there.</summary>
    /// <param name="stream">A file that can be sought.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="isWriter">Whether the tail of an unfinished write is cut off.</param>
    /// <param name="reader">Takes what was written, in order.</param>
    /// <exception cref="DataFormatException">The file is not a gallery, has a newer version, or is truncated or
    /// corrupt.</exception>
    public static GalleryLog Open(Stream stream, string name, bool isWriter, ILogReader reader)
    {
        var (header, record) = Preamble.Read(stream, name);
        if (record.Length > stream.Length)
        {
            throw new DataFormatException($"'{name}': expected {record.Length} bytes, found {stream.Length}; the file is truncated.");
        }

        stream.Position = Preamble.FramesAt(stream);
        var log = new GalleryLog(stream, name, header, record);
        reader.Begin(header);
        log.Replay(reader);
        if (isWriter && stream.Length > log.Length)
        {
            // Flushed, so that no frame of the cut tail can come back behind new ones.
            stream.SetLength(log.Length);
            FlushToDisk(stream);
        }

        if (isWriter && log._record != record)
        {
            log._record = log._record with { Commit = record.Commit + 1 };
            Preamble.Write(stream, log._record);
            FlushToDisk(stream);
        }

        return log;
    }

    /// <summary>Stores items, taken one by one; returns when they are on disk.</summary>
    /// <exception cref="ArgumentException">An item that a gallery cannot hold; nothing is stored, and the log can still be
    /// written to.</exception>
    public void Put(IEnumerable<GalleryItem> items) => Write(FrameKind.Put, items, Payload.WriteItem);

    /// <summary>Removes items; returns when that is on disk.</summary>
    public void Remove(IEnumerable<long> ids) => Write(FrameKind.Remove, ids, Payload.WriteId);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Write<T>(FrameKind kind, IEnumerable<T> entries, Action<IBufferWriter<byte>, T> write)
    {
        if (_isFaulted)
        {
            throw new IOException($"'{_name}': an earlier write failed; open the gallery again.");
        }

        // Until the record is on disk nobody knows what is: whatever fails here, only opening the file again can tell.
        _isFaulted = true;
        _stream.Position = _record.Length;
        var frames = new FrameWriter(_stream, kind, _record.Sequence);
        try
        {
            foreach (var entry in entries)
            {
                frames.Add(write, entry);
            }
        }
        catch (Exception e) when (e is not IOException)
        {
            // Nothing ends a write yet, so nobody takes these frames for one; without them the file is what it was.
            _stream.SetLength(_record.Length);
            FlushToDisk(_stream);
            _isFaulted = false;
            throw;
        }

        if (frames.Finish() is not { } sequence)
        {
            _isFaulted = false;
            return;
        }

        var record = new CommitRecord(_record.Commit + 1, sequence, _stream.Position);
        FlushToDisk(_stream);
        Preamble.Write(_stream, record);
        FlushToDisk(_stream);
        _record = record;
        LastChecksum = frames.LastChecksum;
        _isFaulted = false;
    }

    private void Replay(ILogReader reader)
    {
        var buffer = new byte[1 << 16];
        var sequence = 0ul;
        while (_stream.Position < _record.Length)
        {
            var at = _stream.Position;
            var frame = Frame.Read(_stream, _record.Length, sequence + 1, ref buffer, out var fault)
                ?? throw new DataFormatException($"'{_name}': corrupt at byte {at}: {fault}.");
            Apply(frame, at, reader);
            sequence = frame.Sequence;
        }

        if (sequence != _record.Sequence)
        {
            throw new DataFormatException($"'{_name}': expected {_record.Sequence} frames, found {sequence}.");
        }

        RollForward(buffer, reader);
    }

    /// <summary>Takes whole writes that reached the disk although their record did not.</summary>
    private void RollForward(byte[] buffer, ILogReader reader)
    {
        var (sequence, start) = (_record.Sequence, _record.Length);
        var end = start;
        while (Frame.Read(_stream, _stream.Length, sequence + 1, ref buffer, out _) is { } frame)
        {
            sequence = frame.Sequence;
            end = frame.EndsWrite ? _stream.Position : end;
        }

        // Read once more, for an unfinished write may be larger than memory.
        (sequence, _stream.Position) = (_record.Sequence, start);
        while (_stream.Position < end)
        {
            var at = _stream.Position;
            var frame = Frame.Read(_stream, end, sequence + 1, ref buffer, out var fault)
                ?? throw new DataFormatException($"'{_name}': corrupt at byte {at}: {fault}.");
            Apply(frame, at, reader);
            sequence = frame.Sequence;
            _record = _record with { Sequence = sequence, Length = _stream.Position };
        }
    }

    private void Apply(FrameData frame, long at, ILogReader reader)
    {
        try
        {
            switch (frame.Kind)
            {
                case FrameKind.Put: reader.Put(frame.Sequence, Payload.ReadItems(frame.Payload.Span, Header.Dimensions)); break;
                case FrameKind.Remove: reader.Remove(frame.Sequence, Payload.ReadIds(frame.Payload.Span)); break;
                default: throw new DataFormatException($"expected a frame that stores or removes, found kind {(int)frame.Kind}");
            }

            LastChecksum = frame.Checksum;
            reader.EndFrame(frame.Sequence, frame.Checksum);
        }
        catch (DataFormatException e)
        {
            throw new DataFormatException($"'{_name}': corrupt at byte {at}: {e.Message}.", e);
        }
    }

    private static void FlushToDisk(Stream stream)
    {
        if (stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
        else
        {
            stream.Flush();
        }
    }
}
