using System.Buffers.Binary;
using System.Text;

namespace PPLCNet.Vision.Retrieval.Galleries.Shitu;

/// <summary>
/// Reads and writes a pickled <c>dict</c> of ids and text. A pickle is a program; this runs only the instructions that such a dictionary needs, and of all
/// functions only the one that makes a NumPy integer, so no file can make it do anything else.
/// </summary>
internal static class PickledIdMap
{
    private static readonly object _mark = new();

    /// <summary>Reads protocols 2 to 5, which is every pickle of Python 3 unless it was asked for an older one.</summary>
    /// <exception cref="DataFormatException">Anything but a dictionary of whole numbers and text.</exception>
    public static Dictionary<long, string> Read(byte[] bytes, string name)
    {
        try
        {
            return new Machine(bytes).Run() is Dictionary<object, object?> map
                ? map.ToDictionary(p => Id(p.Key), p => p.Value as string ?? throw new FormatException($"expected text for id {p.Key}, found {p.Value ?? "nothing"}"))
                : throw new FormatException("expected a dictionary");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or InvalidCastException or KeyNotFoundException)
        {
            throw new DataFormatException($"'{name}': expected a pickled dictionary of ids and text; {e.Message}.", e);
        }
    }

    /// <summary>Writes protocol 2, which every Python reads.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<long, string>> map)
    {
        using var stream = new MemoryStream();
        stream.Write([0x80, 2, (byte)'}', (byte)'(']);
        Span<byte> number = stackalloc byte[8];
        foreach (var (id, text) in map)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, id);
            stream.Write([0x8A, 8]);
            stream.Write(number);
            var utf8 = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(number, utf8.Length);
            stream.WriteByte((byte)'X');
            stream.Write(number[..4]);
            stream.Write(utf8);
        }

        stream.Write("u."u8);
        return stream.ToArray();
    }

    private static long Id(object key) => key is long id ? id : throw new FormatException($"expected whole numbers as keys, found {key}");

    /// <summary>The name of a function, which is all that we hold of one.</summary>
    private sealed record Function(string Name);

    private sealed class Machine(byte[] code)
    {
        private readonly Stack<object?> _stack = new();
        private readonly Dictionary<int, object?> _memo = [];
        private int _at;

        public object? Run()
        {
            while (true)
            {
                var instruction = Byte();
                switch (instruction)
                {
                    case 0x80: Byte(); break; // PROTO
                    case 0x95: Take(8); break; // FRAME
                    case (byte)'.': return _stack.Pop();
                    case (byte)'(': _stack.Push(_mark); break;
                    case (byte)'}': _stack.Push(new Dictionary<object, object?>()); break;
                        case (byte)'s': { var value = _stack.Pop(); var key = _stack.Pop()!; ((Dictionary<object, object?>)_stack.Peek()!)[key] = value; break; }
                    case (byte)'u': SetItems(); break;
                    case (byte)'c': { var module = Line(); _stack.Push(new Function($"{module}.{Line()}")); break; }
                    case 0x93: { var called = (string)_stack.Pop()!; _stack.Push(new Function($"{(string)_stack.Pop()!}.{called}")); break; }
                    case (byte)'R': { var arguments = (object?[])_stack.Pop()!; _stack.Push(Call((Function)_stack.Pop()!, arguments)); break; }
                    case (byte)'b': Build(_stack.Pop()); break;
                    case (byte)')': _stack.Push(Array.Empty<object?>()); break;
                    case (byte)'t': _stack.Push(ToMark()); break;
                    case 0x85: _stack.Push(Last(1)); break;
                    case 0x86: _stack.Push(Last(2)); break;
                    case 0x87: _stack.Push(Last(3)); break;
                    case (byte)'N': _stack.Push(null); break;
                    case 0x88: _stack.Push(true); break;
                    case 0x89: _stack.Push(false); break;
                    default: Value(instruction); break;
                }
            }
        }

        private void Value(byte instruction)
        {
            switch (instruction)
            {
                case (byte)'K': _stack.Push((long)Byte()); break;
                case (byte)'M': _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case (byte)'J': _stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 0x8A: _stack.Push(Number(Take(Byte()))); break;
                case (byte)'X': _stack.Push(Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))))); break;
                case 0x8C: _stack.Push(Encoding.UTF8.GetString(Take(Byte()))); break;
                case 0x8D: _stack.Push(Encoding.UTF8.GetString(Take(checked((int)BinaryPrimitives.ReadInt64LittleEndian(Take(8)))))); break;
                case (byte)'C': _stack.Push(Take(Byte()).ToArray()); break;
                case (byte)'B': _stack.Push(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))).ToArray()); break;
                case 0x94: _memo[_memo.Count] = _stack.Peek(); break;
                case (byte)'q': _memo[Byte()] = _stack.Peek(); break;
                case (byte)'r': _memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))] = _stack.Peek(); break;
                case (byte)'h': _stack.Push(_memo[Byte()]); break;
                case (byte)'j': _stack.Push(_memo[BinaryPrimitives.ReadInt32LittleEndian(Take(4))]); break;
                default: throw new FormatException($"found instruction 0x{instruction:x2} at {_at - 1}, which no such dictionary needs");
            }
        }

        private static object? Call(Function function, object?[] arguments) => (function.Name, arguments) switch
        {
            ("numpy.dtype", ["i8" or "i4", ..]) => new Function((string)arguments[0]!),
            ("numpy.core.multiarray.scalar" or "numpy._core.multiarray.scalar", [Function { Name: "i8" or "i4" }, byte[] value]) => Number(value),
            ("_codecs.encode", [string text, "latin1"]) => Encoding.Latin1.GetBytes(text),
            _ => throw new FormatException($"found a call of {function.Name}, which no such dictionary needs"),
        };

        /// <summary>The state of a dtype; all that can matter is its byte order.</summary>
        private static void Build(object? state)
        {
            if (state is not object?[] { Length: > 1 } parts || parts[1] is not ("<" or "|"))
            {
                throw new FormatException("found the state of something other than a little-endian integer type");
            }
        }

        private static long Number(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > 8)
            {
                throw new FormatException($"found a number of {bytes.Length} bytes");
            }

            var value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1L : 0L;
            for (var i = bytes.Length - 1; i >= 0; i--)
            {
                value = (value << 8) | bytes[i];
            }

            return value;
        }

        private void SetItems()
        {
            var items = ToMark();
            var map = (Dictionary<object, object?>)_stack.Peek()!;
            for (var i = 0; i + 1 < items.Length; i += 2)
            {
                map[items[i]!] = items[i + 1];
            }
        }

        private object?[] ToMark()
        {
            var items = new List<object?>();
            while (_stack.Pop() is var item && !ReferenceEquals(item, _mark))
            {
                items.Add(item);
            }

            items.Reverse();
            return [.. items];
        }

        private object?[] Last(int count)
        {
            var items = new object?[count];
            for (var i = count - 1; i >= 0; i--)
            {
                items[i] = _stack.Pop();
            }

            return items;
        }

        private byte Byte() => Take(1)[0];

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > code.Length - _at)
            {
                throw new FormatException("the file was cut short");
            }

            _at += count;
            return code.AsSpan(_at - count, count);
        }

        private string Line()
        {
            var end = Array.IndexOf(code, (byte)'\n', _at);
            return Encoding.UTF8.GetString(Take(end < 0 ? -1 : end + 1 - _at)).TrimEnd('\n', '\r');
        }
    }
}
