using System.Buffers.Binary;
using System.Text;

namespace PPLCNet.Vision.Backbone.Weights.Pickle;

/// <summary>
/// The few objects that a file of numpy arrays needs. A pickle names Python functions to call; here a name is only compared
/// with the list below, and what it would have made is made by this code. Any other name is refused.
/// </summary>
internal sealed class PickleObjects(string source, long maxArrayBytes, PickleBudget budget)
{
    private const string Reconstruct = "numpy.core.multiarray._reconstruct";
    private const string Scalar = "numpy.core.multiarray.scalar";
    private const string NdArray = "numpy.ndarray";
    private const string DType = "numpy.dtype";
    private const string OrderedDict = "collections.OrderedDict";
    private const string TupleName = "builtins.tuple";
    private const string Encode = "_codecs.encode";

    // The same functions have moved between versions of numpy and Python.
    private static readonly Dictionary<string, string> _allowed = new(StringComparer.Ordinal)
    {
        [Reconstruct] = Reconstruct,
        ["numpy._core.multiarray._reconstruct"] = Reconstruct,
        [Scalar] = Scalar,
        ["numpy._core.multiarray.scalar"] = Scalar,
        [NdArray] = NdArray,
        [DType] = DType,
        [OrderedDict] = OrderedDict,
        [TupleName] = TupleName,
        ["__builtin__.tuple"] = TupleName,
        [Encode] = Encode,
    };

    private static readonly Dictionary<string, ElementType> _types = new(StringComparer.Ordinal)
    {
        ["f2"] = ElementType.Float16,
        ["f4"] = ElementType.Float32,
        ["f8"] = ElementType.Float64,
        ["i4"] = ElementType.Int32,
        ["i8"] = ElementType.Int64,
    };

    private long _arrayBytes;

    /// <summary>A new dictionary.</summary>
    public PickleDictionary Dictionary()
    {
        budget.Take(PickleBudget.Container);
        return [];
    }

    /// <summary>A new list.</summary>
    public List<object?> List()
    {
        budget.Take(PickleBudget.Container);
        return [];
    }

    /// <summary>A tuple of values, which are not copied.</summary>
    public PickleTuple Tuple(object?[] items)
    {
        budget.Take(PickleBudget.Container + (PickleBudget.Slot * items.Length));
        return new PickleTuple(items);
    }

    public PickleGlobal Global(string module, string name) =>
        _allowed.TryGetValue($"{module}.{name}", out var known)
            ? new PickleGlobal(known)
            : throw Refuse("only numpy arrays, dictionaries and tuples", $"the Python name '{module}.{name}'");

    /// <summary>What Python would get by calling <paramref name="function"/>.</summary>
    public object Call(object? function, object? arguments)
    {
        var items = (arguments as PickleTuple)?.Items ?? throw Refuse("a tuple of arguments", Describe(arguments));
        return (function as PickleGlobal)?.Name switch
        {
            Reconstruct when items is [PickleGlobal { Name: NdArray }, ..] => new PickleArray(),
            DType when items is [string type, ..] => ReadType(type),
            OrderedDict when items.Count == 0 => Dictionary(),
            TupleName when items is [PickleTuple inner] => inner,
            TupleName when items is [List<object?> list] => Copy(list),
            Encode when items is [string text, "latin1" or "latin-1"] => Bytes(text),
            Scalar when items is [PickleElementType { Type: ElementType.Int32 or ElementType.Int64 } type, ReadOnlyMemory<byte> value] && value.Length == type.Type.Size() =>
                type.Type == ElementType.Int32 ? BinaryPrimitives.ReadInt32LittleEndian(value.Span) : BinaryPrimitives.ReadInt64LittleEndian(value.Span),
            _ => throw Refuse("the making of an array, a type, a dictionary or a tuple", $"a call of {Describe(function)} with {items.Count} arguments"),
        };
    }

    /// <summary>Sets the state of an object that <see cref="Call"/> made.</summary>
    public void Build(object? target, object? state)
    {
        var items = (state as PickleTuple)?.Items ?? throw Refuse("a tuple as state", Describe(state));
        switch (target)
        {
            case PickleElementType when items is [long, string order, ..]:
                if (order is not ("<" or "|" or "="))
                {
                    throw Refuse("little-endian elements", $"byte order '{order}'");
                }

                break;
            case PickleArray { IsSet: false } array when items is [long, PickleTuple shape, PickleElementType type, bool fortran,
                ReadOnlyMemory<byte> data]:
                array.Set(ReadArray(shape, type.Type, fortran, data));
                break;
            default:
                throw Refuse("the state of an array or a type", $"a state of {items.Count} parts for {Describe(target)}");
        }
    }

    private PickleTuple Copy(List<object?> list)
    {
        // Before the copy is made: a short pickle can ask for it as often as it likes.
        budget.Take(PickleBudget.Slot * list.Count);
        return Tuple([.. list]);
    }

    private ReadOnlyMemory<byte> Bytes(string text)
    {
        budget.Take(PickleBudget.Value + text.Length);
        return Encoding.Latin1.GetBytes(text);
    }

    private PickleElementType ReadType(string type) =>
        _types.TryGetValue(type.TrimStart('<', '='), out var known)
            ? new PickleElementType(known)
            : throw Refuse($"an element type among {string.Join(", ", _types.Keys)}", $"'{type}'");

    private Func<WeightTensor> ReadArray(PickleTuple shape, ElementType type, bool fortran, ReadOnlyMemory<byte> data)
    {
        if (fortran && shape.Items.Count > 1)
        {
            throw Refuse("row-major arrays", "a column-major one");
        }

        var dimensions = new int[shape.Items.Count];
        long elements = 1;
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = shape.Items[i] is long and >= 0 and <= int.MaxValue and var d ? (int)d : throw Refuse("dimensions", Describe(shape.Items[i]));
            elements = Math.Min(elements * dimensions[i], int.MaxValue); // Too large is too large: no overflow.
        }

        if (elements * type.Size() != data.Length)
        {
            throw Refuse($"{elements * type.Size()} bytes for {WeightTensor.Text(dimensions)}", $"{data.Length}");
        }

        // One block of bytes could be named by any number of arrays: never make more than the file holds.
        _arrayBytes += data.Length;
        return _arrayBytes <= maxArrayBytes
            ? () => new WeightTensor(dimensions, type.ToFloats(data.Span))
            : throw Refuse($"arrays of at most {maxArrayBytes} bytes together", "more: bytes are used twice");
    }

    private ModelFormatException Refuse(string expected, string found) => new(source, expected, found);

    private static string Describe(object? value) => value switch
    {
        null => "None",
        PickleGlobal global => $"'{global.Name}'",
        _ => value.GetType().Name,
    };
}
