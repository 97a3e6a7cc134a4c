using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;

namespace PPLCNet.Vision.Files;

/// <summary>
/// Reads the rows of a NumPy <c>.npy</c> matrix one after another, so that it may be larger than memory: float16, float32 or
/// float64, little-endian, in C order. Not thread-safe.
/// </summary>
internal sealed class NpyReader : IDisposable
{
    private const int MaxHeader = 1 << 16;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly int _valueBytes;
    private readonly byte[] _raw;
    private int _next;

    private NpyReader(Stream stream, string path, int rows, int columns, int valueBytes)
    {
        (_stream, _path, Rows, Columns, _valueBytes) = (stream, path, rows, columns, valueBytes);
        _raw = new byte[checked(columns * valueBytes)];
    }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>Values of a row.</summary>
    public int Columns { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="DataFormatException">The file is not such a matrix, or is truncated.</exception>
    public static NpyReader Open(string path)
    {
        var stream = new BufferedStream(InputFile.OpenRead(path), 1 << 20);
        try
        {
            var (rows, columns, bytes) = ReadHeader(stream, path);
            var (expected, found) = ((Int128)rows * columns * bytes, stream.Length - stream.Position);
            return found >= expected
                ? new NpyReader(stream, path, rows, columns, bytes)
                : throw new DataFormatException($"'{path}': expected {rows} x {columns} values in {expected} bytes, found {found} bytes.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The next row.</summary>
    /// <exception cref="InvalidOperationException">There is none left.</exception>
    /// <exception cref="DataFormatException">The file was truncated meanwhile.</exception>
    public float[] ReadRow()
    {
        var row = new float[Columns];
        ReadRow(row);
        return row;
    }

    /// <summary>Reads the next row into memory of <see cref="Columns"/> values.</summary>
    /// <exception cref="InvalidOperationException">There is none left.</exception>
    /// <exception cref="DataFormatException">The file was truncated meanwhile.</exception>
    public void ReadRow(Span<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Columns);
        if (_next == Rows)
        {
            throw new InvalidOperationException($"'{_path}': all {Rows} rows were read.");
        }

        try
        {
            _stream.ReadExactly(_raw);
        }
        catch (EndOfStreamException e)
        {
            throw new DataFormatException($"'{_path}': expected {Rows} rows, found {_next}; the file is truncated.", e);
        }

        _next++;
        switch (_valueBytes)
        {
            case 2: TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(_raw), row); break;
            case 4: MemoryMarshal.Cast<byte, float>(_raw).CopyTo(row); break;
            default: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(_raw), row); break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static (int Rows, int Columns, int ValueBytes) ReadHeader(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[12];
        var read = stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false);
        if (read < 10 || start[0] != 0x93 || !start.Slice(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new DataFormatException($"'{path}': expected an .npy file, found one that does not begin as one.");
        }

        long length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (start[6] >= 2)
        {
            read = stream.ReadAtLeast(start.Slice(10, 2), 2, throwOnEndOfStream: false);
            length = read == 2 ? BinaryPrimitives.ReadUInt32LittleEndian(start[8..]) : 0;
        }

        var header = new byte[Math.Min(length, MaxHeader)];
        if (length > MaxHeader || stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw new DataFormatException($"'{path}': expected a header of up to {MaxHeader} bytes, found {length} bytes of which {stream.Length - stream.Position} are present.");
        }

        var text = Encoding.ASCII.GetString(header).Trim();
        return ValueBytes(text) is { } bytes && Entry(text, "fortran_order") == "False" && Shape(text) is (var rows, var columns)
            ? (rows, columns, bytes)
            : throw new DataFormatException($"'{path}': expected a matrix [N, D] of '<f2', '<f4' or '<f8' in C order, found {(text.Length > 200 ? text[..200] : text)}.");
    }

    private static int? ValueBytes(string header) => Entry(header, "descr") switch
    {
        "'<f2'" or "\"<f2\"" => 2,
        "'<f4'" or "\"<f4\"" => 4,
        "'<f8'" or "\"<f8\"" => 8,
        _ => null,
    };

    private static (int Rows, int Columns)? Shape(string header)
    {
        var parts = (Entry(header, "shape") ?? "").Trim('(', ')').TrimEnd(',', ' ').Split(',');
        return parts.Length == 2
            && int.TryParse(parts[0].AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            && int.TryParse(parts[1].AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && columns is > 0 and <= 1 << 20
            ? (rows, columns)
            : null;
    }

    /// <summary>The value of an entry of the header, which is a Python dictionary; a tuple with its brackets.</summary>
    private static string? Entry(string header, string name)
    {
        var key = Math.Max(header.IndexOf($"'{name}'", StringComparison.Ordinal), header.IndexOf($"\"{name}\"", StringComparison.Ordinal));
        var colon = key < 0 ? -1 : header.IndexOf(':', key);
        if (colon < 0)
        {
            return null;
        }

        var value = header[(colon + 1)..].TrimStart();
        var end = value.StartsWith('(') ? value.IndexOf(')', StringComparison.Ordinal) + 1 : value.AsSpan().IndexOfAny(',', '}');
        return end <= 0 ? null : value[..end].TrimEnd();
    }
}
