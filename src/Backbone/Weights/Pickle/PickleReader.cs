using System.Buffers.Binary;
using System.Text;

namespace PPLCNet.Vision.Backbone.Weights.Pickle;

/// <summary>
/// Reads the values of a Python pickle of protocols 2 to 5, without executing anything: the instructions of this little stack
/// machine that make plain data are followed, calls only reach <see cref="PickleObjects"/>, and every other instruction is
/// refused. All that is made counts against one <see cref="PickleBudget"/>, because a few bytes of a pickle can ask for the
/// same large thing again and again.
/// </summary>
internal sealed class PickleReader
{
    // A mark on the stack; the values above it belong to one tuple, list or dictionary.
    private static readonly object _mark = new();
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _data;
    private readonly string _source;
    private readonly PickleBudget _budget;
    private readonly PickleObjects _objects;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    private PickleReader(ReadOnlyMemory<byte> data, string source)
    {
        _data = data;
        _source = source;
        _budget = new PickleBudget(source, data.Length);
        _objects = new PickleObjects(source, data.Length, _budget);
    }

    /// <summary>Reads the one value of a pickle.</summary>
    /// <exception cref="ModelFormatException">The bytes are not a pickle, are truncated, or contain more than plain data and
    /// numpy arrays.</exception>
    public static object? Read(ReadOnlyMemory<byte> data, string source)
    {
        var reader = new PickleReader(data, source);
        while (true)
        {
            var op = reader.Take(1).Span[0];
            if (op == '.')
            {
                return reader.Pop();
            }

            reader.Step(op);
        }
    }

    private void Step(byte op)
    {
        switch (op)
        {
            case 0x80: Protocol(Take(1).Span[0]); break;
            case 0x95: Take(8); break; // FRAME: only a hint for readers of streams.
            case (byte)'(': Push(_mark); break;
            case (byte)'0': Pop(); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)Take(1).Span[0]); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span)); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span)); break;
            case 0x8a: Push(Long(Take(Take(1).Span[0]).Span)); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8).Span)); break;
            case 0x8c: Push(Text(Take(1).Span[0])); break;
            case (byte)'X': Push(Text(Length4())); break;
            case 0x8d: Push(Text(Length8())); break;
            case (byte)'C': Push(Take(Take(1).Span[0])); break;
            case (byte)'B': Push(Take(Length4())); break;
            case 0x8e: Push(Take(Length8())); break;
            case (byte)'}': Push(_objects.Dictionary()); break;
            case (byte)']': Push(_objects.List()); break;
            case (byte)')': Push(_objects.Tuple([])); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case (byte)'t': Push(_objects.Tuple(PopMarked())); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e': Append(PopMarked()); break;
            case (byte)'s': SetItems(PopMany(2)); break;
            case (byte)'u': SetItems(PopMarked()); break;
            case 0x94: Remember(_memo.Count); break;
            case (byte)'q': Remember(Take(1).Span[0]); break;
            case (byte)'r': Remember(Length4()); break;
            case (byte)'h': Push(Recall(Take(1).Span[0])); break;
            case (byte)'j': Push(Recall(Length4())); break;
            case (byte)'c': Push(_objects.Global(Line(), Line())); break;
            case 0x93: StackGlobal(); break;
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;
            default: throw Refuse("an instruction that makes plain data", $"instruction 0x{op:x2} at byte {_at - 1}");
        }
    }

    private void Protocol(byte version)
    {
        if (version is < 2 or > 5)
        {
            throw Refuse("a pickle of protocol 2 to 5", $"protocol {version}");
        }
    }

    private void StackGlobal()
    {
        var name = Pop() as string ?? throw Refuse("a name", "something else");
        var module = Pop() as string ?? throw Refuse("a module name", "something else");
        Push(_objects.Global(module, name));
    }

    private void Reduce()
    {
        var arguments = Pop();
        Push(_objects.Call(Pop(), arguments));
    }

    private void Build()
    {
        var state = Pop();
        _objects.Build(Peek(), state);
    }

    private void Append(object?[] items)
    {
        var list = Peek() as List<object?> ?? throw Refuse("a list to append to", "something else");
        _budget.Take(PickleBudget.Slot * items.Length);
        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        var dictionary = Peek() as PickleDictionary ?? throw Refuse("a dictionary to fill", "something else");
        if (items.Length % 2 != 0)
        {
            throw Refuse("pairs of key and value", $"{items.Length} values");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            _budget.Take(PickleBudget.Entry);
            dictionary[items[i] is string or long ? items[i]! : throw Refuse("keys that are text or whole numbers", "another key")] = items[i + 1];
        }
    }

    private object? Recall(long index) =>
        _memo.TryGetValue(index, out var value) ? value : throw Refuse("a remembered value", $"number {index}, which was never stored");

    private void Remember(long index)
    {
        _budget.Take(PickleBudget.Entry);
        _memo[index] = Peek();
    }

    private void Push(object? value)
    {
        _budget.Take(PickleBudget.Value);
        _stack.Add(value);
    }

    private void PushTuple(int count) => Push(_objects.Tuple(PopMany(count)));

    private object? Peek() =>
        _stack.Count > 0 && !ReferenceEquals(_stack[^1], _mark) ? _stack[^1] : throw Refuse("a value on the stack", "none");

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] PopMany(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        return items;
    }

    private object?[] PopMarked()
    {
        var mark = _stack.FindLastIndex(v => ReferenceEquals(v, _mark));
        if (mark < 0)
        {
            throw Refuse("a mark on the stack", "none");
        }

        object?[] items = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > _data.Length - _at)
        {
            throw Refuse($"{count} more bytes at byte {_at}", $"{_data.Length - _at}: the file is truncated or not a pickle");
        }

        var bytes = _data.Slice(_at, (int)count);
        _at += (int)count;
        return bytes;
    }

    private long Length4() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    private long Length8() => BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);

    private string Text(long length)
    {
        var bytes = Take(length);
        _budget.Take(sizeof(char) * length);
        try
        {
            return _utf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelFormatException(_source, "text in UTF-8", "bytes that are none", e);
        }
    }

    private string Line()
    {
        var end = _data.Span[_at..].IndexOf((byte)'\n');
        var line = Text(end < 0 ? long.MaxValue : end);
        Take(1);
        return line;
    }

    private long Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
        {
            throw Refuse("integers of at most 8 bytes", $"{bytes.Length} bytes");
        }

        long value = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            value |= (long)bytes[i] << (8 * i);
        }

        var unused = 64 - (8 * bytes.Length);
        return bytes.Length == 0 ? 0 : value << unused >> unused;
    }

    private ModelFormatException Refuse(string expected, string found) => new(_source, expected, found);
}
