using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Teaching.Features;

/// <summary>
/// Features of images in a file, by the hash of each image's bytes. The file grows by one record an image, so a run that was
/// killed continues where it was; a record that was cut off, and everything behind it, is dropped. Safe to share between threads.
/// </summary>
/// <remarks>
/// A header of 48 bytes (magic number, hash of backbone and views, length of a record's values), then records: SHA-256 of the
/// image, float32 values, and the first eight bytes of the SHA-256 of both.
/// </remarks>
internal sealed class FeatureCache : IDisposable
{
    private const int HashBytes = 32, CheckBytes = 8, HeaderBytes = 48;
    private static readonly byte[] _magic = "PPLCFEA1"u8.ToArray();

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);
    private readonly FileStream _file;
    private readonly int _length;
    private long _end = HeaderBytes;

    private FeatureCache(FileStream file, int length) => (_file, _length) = (file, length);

    /// <summary>Number of images in it.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _offsets.Count;
            }
        }
    }

    private int RecordBytes => HashBytes + (_length * sizeof(float)) + CheckBytes;

    /// <summary>Opens or creates a cache. One made with another backbone or other views is begun anew.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What the features depend on besides the image.</param>
    /// <param name="length">Values of one image.</param>
    /// <exception cref="DataFormatException">The file is there and is no cache.</exception>
    /// <exception cref="IOException">Another process has opened it.</exception>
    public static FeatureCache Open(string path, string key, int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var header = new byte[HeaderBytes];
            _magic.CopyTo(header, 0);
            SHA256.HashData(Encoding.UTF8.GetBytes(key)).CopyTo(header, _magic.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(_magic.Length + HashBytes), length);
            var found = new byte[HeaderBytes];
            var read = file.ReadAtLeast(found, HeaderBytes, throwOnEndOfStream: false);
            if (read > 0 && !found.AsSpan(0, Math.Min(read, _magic.Length)).SequenceEqual(_magic.AsSpan(0, Math.Min(read, _magic.Length))))
            {
                throw new DataFormatException($"'{path}': expected a cache of features or no file, found another file; it would be overwritten.");
            }

            var cache = new FeatureCache(file, length);
            if (found.AsSpan().SequenceEqual(header))
            {
                cache.ReadRecords();
            }
            else
            {
                file.SetLength(0);
                file.Write(header);
            }

            return cache;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The features of an image; null where they are not known.</summary>
    /// <param name="hash">SHA-256 of the image's bytes.</param>
    public float[]? Find(byte[] hash)
    {
        lock (_gate)
        {
            if (!_offsets.TryGetValue(Convert.ToHexString(hash), out var offset))
            {
                return null;
            }

            var values = new float[_length];
            _file.Position = offset + HashBytes;
            _file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
    }

    /// <summary>Adds the features of an image.</summary>
    /// <exception cref="IOException">The disk cannot be written to.</exception>
    public void Add(byte[] hash, float[] values)
    {
        var record = new byte[RecordBytes];
        hash.CopyTo(record, 0);
        MemoryMarshal.AsBytes<float>(values).CopyTo(record.AsSpan(HashBytes));
        Check(record).CopyTo(record.AsSpan(record.Length - CheckBytes));
        lock (_gate)
        {
            if (_offsets.TryAdd(Convert.ToHexString(hash), _end))
            {
                _file.Position = _end;
                _file.Write(record);
                _end += record.Length;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static ReadOnlySpan<byte> Check(byte[] record) => SHA256.HashData(record.AsSpan(0, record.Length - CheckBytes)).AsSpan(0, CheckBytes);

    private void ReadRecords()
    {
        var record = new byte[RecordBytes];
        while (_file.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) == record.Length
            && Check(record).SequenceEqual(record.AsSpan(record.Length - CheckBytes)))
        {
            _offsets[Convert.ToHexString(record, 0, HashBytes)] = _end;
            _end += record.Length;
        }

        _file.SetLength(_end);
    }
}
