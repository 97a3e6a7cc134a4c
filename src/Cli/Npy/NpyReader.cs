using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace PPLCNet.Vision.Cli.Npy;

/// <summary>Reads a float32 matrix [N, D] in C order from an <c>.npy</c> file (versions 1 to 3).</summary>
internal static partial class NpyReader
{
    /// <summary>Reads the whole matrix.</summary>
    /// <exception cref="InvalidDataException">Not such a file, or one that is cut.</exception>
    public static (float[] Values, int Rows, int Columns) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw Wrong(path, $"{bytes.Length} bytes that do not start as one");
        }

        var (start, length) = bytes[6] == 1 ? (10, BitConverter.ToUInt16(bytes, 8)) : (12, BitConverter.ToInt32(bytes, 8));
        if (length < 0 || start + (long)length > bytes.Length)
        {
            throw Wrong(path, $"a header of {length} bytes in a file of {bytes.Length}");
        }

        var header = Encoding.Latin1.GetString(bytes, start, length);
        var shape = Shape().Match(header);
        if (!header.Contains("'<f4'", StringComparison.Ordinal) || !header.Contains("'fortran_order': False", StringComparison.Ordinal) || !shape.Success)
        {
            throw Wrong(path, header.Trim());
        }

        var rows = int.Parse(shape.Groups[1].Value, CultureInfo.InvariantCulture);
        var columns = int.Parse(shape.Groups[2].Value, CultureInfo.InvariantCulture);
        var data = bytes.AsSpan(start + length);
        return data.Length == 4L * rows * columns
            ? (MemoryMarshal.Cast<byte, float>(data).ToArray(), rows, columns)
            : throw Wrong(path, $"{data.Length} bytes of values for a shape of {rows} x {columns}");
    }

    private static InvalidDataException Wrong(string path, string found) =>
        new($"'{path}': expected an .npy file with a float32 matrix [N, D] in C order; found {found}.");

    [GeneratedRegex(@"'shape': \((\d+), (\d+)\)")]
    private static partial Regex Shape();
}
