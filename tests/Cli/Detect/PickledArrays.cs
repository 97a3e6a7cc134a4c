using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PPLCNet.Vision.Tests.Cli.Detect;

/// <summary>
/// Writes what Paddle's <c>save</c> writes for a state dict: a pickle (protocol 3) of a dictionary of float32 numpy arrays.
/// </summary>
internal static class PickledArrays
{
    public static void Write(string path, IEnumerable<(string Name, int[] Shape, float[] Values)> tensors)
    {
        using var stream = File.Create(path);
        Write(stream, tensors);
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensors">The arrays.</param>
    /// <param name="parameterNames">Whether the dictionary of Paddle's own names is there too, as newer versions write it.</param>
    public static void Write(
        Stream stream, IEnumerable<(string Name, int[] Shape, float[] Values)> tensors, bool parameterNames = false)
    {
        stream.Write([0x80, 3, (byte)'}', (byte)'(']);
        if (parameterNames)
        {
            Text(stream, "StructuredToParameterName@@");
            stream.Write([(byte)'}', (byte)'(']);
            Text(stream, "conv1.conv.weight");
            Text(stream, "conv2d_0.w_0");
            stream.WriteByte((byte)'u');
        }

        foreach (var (name, shape, values) in tensors)
        {
            Text(stream, name);
            Global(stream, "numpy.core.multiarray", "_reconstruct");
            Global(stream, "numpy", "ndarray");
            Tuple(stream, 0);
            Bytes(stream, "b"u8);
            stream.Write([0x87, (byte)'R']);

            // State: version, shape, element type, Fortran order, data.
            stream.Write([(byte)'(', (byte)'K', 1]);
            Tuple(stream, shape);
            ElementType(stream);
            stream.WriteByte(0x89);
            Bytes(stream, MemoryMarshal.AsBytes(values.AsSpan()));
            stream.Write([(byte)'t', (byte)'b']);
        }

        stream.Write([(byte)'u', (byte)'.']);
    }

    private static void ElementType(Stream stream)
    {
        Global(stream, "numpy", "dtype");
        Text(stream, "f4");
        stream.Write([(byte)'K', 0, (byte)'K', 1, 0x87, (byte)'R']);
        stream.Write([(byte)'(', (byte)'K', 3]);
        Text(stream, "<");
        stream.Write([(byte)'N', (byte)'N', (byte)'N']);
        Number(stream, -1);
        Number(stream, -1);
        stream.Write([(byte)'K', 0, (byte)'t', (byte)'b']);
    }

    private static void Tuple(Stream stream, params ReadOnlySpan<int> values)
    {
        stream.WriteByte((byte)'(');
        foreach (var value in values)
        {
            Number(stream, value);
        }

        stream.WriteByte((byte)'t');
    }

    private static void Number(Stream stream, int value)
    {
        stream.WriteByte((byte)'J');
        Length(stream, value);
    }

    private static void Text(Stream stream, string text)
    {
        stream.WriteByte((byte)'X');
        Length(stream, Encoding.UTF8.GetByteCount(text));
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static void Bytes(Stream stream, ReadOnlySpan<byte> bytes)
    {
        stream.WriteByte((byte)'B');
        Length(stream, bytes.Length);
        stream.Write(bytes);
    }

    private static void Global(Stream stream, string module, string name) => stream.Write(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    private static void Length(Stream stream, int value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, value);
        stream.Write(four);
    }
}
