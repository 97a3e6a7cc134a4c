using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PPLCNet.Vision.Files;

/// <summary>
/// Writes a float32 matrix [N, D] in C order as an <c>.npy</c> file, row by row. The file appears with <see cref="Complete"/>,
/// whole; without it, a file that was there stays. Not thread-safe.
/// </summary>
internal sealed class NpyWriter : IDisposable
{
    // Version 1.0: magic, version, header length, header padded so that the values start at a multiple of 64.
    private const int HeaderBytes = 128;

    private readonly PendingFile _file;
    private readonly int _columns;
    private int _rows;

    /// <summary>Starts a file that <see cref="Complete"/> puts in its place.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="columns">Values in a row.</param>
    public NpyWriter(string path, int columns)
    {
        _file = new PendingFile(path);
        _columns = columns;
        WriteHeader();
    }

    /// <summary>Appends a row.</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        if (row.Length != _columns)
        {
            throw new DataFormatException($"Expected a row of {_columns} values, found {row.Length}.");
        }

        if (BitConverter.IsLittleEndian)
        {
            _file.Stream.Write(MemoryMarshal.AsBytes(row));
        }
        else
        {
            Span<byte> value = stackalloc byte[4];
            foreach (var number in row)
            {
                BinaryPrimitives.WriteSingleLittleEndian(value, number);
                _file.Stream.Write(value);
            }
        }

        _rows++;
    }

    /// <summary>Writes the number of rows and puts the file in its place; nothing can be added afterwards.</summary>
    /// <exception cref="IOException">The disk cannot be written to.</exception>
    public void Complete()
    {
        _file.Stream.Position = 0;
        WriteHeader();
        _file.Complete(flushToDisk: true);
    }

    /// <summary>Closes the file; one that was not completed is given up.</summary>
    public void Dispose() => _file.Dispose();

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Fill((byte)' ');
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], HeaderBytes - 10);
        Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({_rows}, {_columns}), }}", header[10..]);
        header[^1] = (byte)'\n';
        _file.Stream.Write(header);
    }
}
