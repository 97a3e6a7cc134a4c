namespace PPLCNet.Vision.Runtime.Models;

/// <summary>
/// Walks over the fields of one protobuf message without copying; only length-delimited fields carry bytes here.
/// </summary>
internal ref struct ProtoFields(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field that <see cref="Next"/> stopped at.</summary>
    public int Number { get; private set; }

    /// <summary>Its bytes; empty for numbers.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field; false at the end, or where the bytes are not protobuf.</summary>
    public bool Next()
    {
        Bytes = default;
        if (_rest.IsEmpty || !TryVarint(out var tag))
        {
            return false;
        }

        Number = (int)(tag >> 3);
        return (tag & 7) switch
        {
            0 => TryVarint(out _),
            1 => TrySkip(8),
            2 => TryVarint(out var length) && TryTake(length),
            5 => TrySkip(4),
            _ => false,
        };
    }

    /// <summary>Appends a length-delimited field.</summary>
    public static void Write(List<byte> target, int number, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(target, ((ulong)number << 3) | 2);
        WriteVarint(target, (ulong)bytes.Length);
        foreach (var b in bytes)
        {
            target.Add(b);
        }
    }

    private static void WriteVarint(List<byte> target, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            target.Add((byte)(value | 0x80));
        }

        target.Add((byte)value);
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(10, _rest.Length); i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool TryTake(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            return false;
        }

        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TrySkip(int length)
    {
        var found = TryTake((ulong)length);
        Bytes = default;
        return found;
    }
}
