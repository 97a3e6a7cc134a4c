using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Files;

/// <summary>A matrix from a NumPy <c>.npy</c> file.</summary>
/// <param name="Rows">Vectors.</param>
/// <param name="Columns">Values in a vector.</param>
/// <param name="Values">Row by row.</param>
public sealed partial record NpyMatrix(int Rows, int Columns, float[] Values)
{
    private const int MaxHeaderBytes = 1 << 16; // NumPy itself reads 10 000

    /// <summary>One row.</summary>
    public ReadOnlyMemory<float> Row(int row) => Values.AsMemory(row * Columns, Columns);

    /// <summary>Reads a two-dimensional matrix of float16, float32 or float64, little-endian, in C order.</summary>
    /// <exception cref="DataFormatException">Anything else, or a file cut short.</exception>
    public static NpyMatrix Read(string path) => ForeignData.Read(path, "an .npy file", () => ReadFile(path));

    private static NpyMatrix ReadFile(string path)
    {
        using var stream = InputFile.OpenRead(path);
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false) < 10 || !IsMagic(start))
        {
            throw new DataFormatException($"'{path}': expected an .npy file, found one that does not begin as one.");
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (start[6] >= 2)
        {
            stream.ReadExactly(start.Slice(10, 2));
            length = BinaryPrimitives.ReadInt32LittleEndian(start[8..]);
        }

        if (length is < 0 or > MaxHeaderBytes)
        {
            throw new DataFormatException($"'{path}': expected a header of at most {MaxHeaderBytes} bytes, found one of {(uint)length}.");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        var text = Encoding.ASCII.GetString(header);
        var (type, shape) = (Type().Match(text), Shape().Match(text));
        if (!type.Success || !shape.Success || !COrder().IsMatch(text))
        {
            var shown = text.Trim();
            throw new DataFormatException(
                $"'{path}': expected a matrix [N, D] of '<f2', '<f4' or '<f8' in C order, found {(shown.Length > 200 ? shown[..200] : shown)}.");
        }

        var (bytes, rows, columns) = (type.Groups[1].Value[0] - '0', Number(shape, 1), Number(shape, 2));
        if (columns < 1 || (long)rows * columns > Array.MaxLength || stream.Length - stream.Position < (long)rows * columns * bytes)
        {
            throw new DataFormatException($"'{path}': expected {rows} x {columns} values, found {stream.Length - stream.Position} bytes.");
        }

        return new NpyMatrix(rows, columns, ReadValues(stream, rows * columns, bytes));
    }

    private static bool IsMagic(ReadOnlySpan<byte> start) => start[0] == 0x93 && start.Slice(1, 5).SequenceEqual("NUMPY"u8);

    private static int Number(Match form, int group) => int.Parse(form.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static float[] ReadValues(Stream stream, int count, int bytes)
    {
        var raw = new byte[checked(count * bytes)];
        stream.ReadExactly(raw);
        return bytes switch
        {
            2 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(raw).ToArray(), v => (float)v),
            4 => MemoryMarshal.Cast<byte, float>(raw).ToArray(),
            _ => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(raw).ToArray(), v => (float)v),
        };
    }

    // A Python dictionary in any order, with any white space. Each is looked for by itself, so that no header takes long.
    [GeneratedRegex(@"'descr'\s{0,8}:\s{0,8}'<f([248])'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'shape'\s{0,8}:\s{0,8}\(\s{0,8}(\d{1,9})\s{0,8},\s{0,8}(\d{1,9})\s{0,8},?\s{0,8}\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'fortran_order'\s{0,8}:\s{0,8}False")]
    private static partial Regex COrder();
}
