using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>
/// An id that is not a 64-bit number: text, or a larger number. Larger numbers come before text, each in its own order.
/// </summary>
/// <param name="Text">The text, or the digits.</param>
/// <param name="IsNumber">Whether it is a number.</param>
internal readonly record struct ForeignId(string Text, bool IsNumber) : IComparable<ForeignId>
{
    /// <summary>Reads a whole number of any length.</summary>
    /// <remarks>Apart, because few files need the library of large numbers and loading it takes milliseconds.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryNumber(ReadOnlySpan<byte> digits, out ForeignId id)
    {
        var isNumber = BigInteger.TryParse(
            Encoding.ASCII.GetString(digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        id = isNumber ? new ForeignId(value.ToString(CultureInfo.InvariantCulture), IsNumber: true) : default;
        return isNumber;
    }

    /// <inheritdoc/>
    public int CompareTo(ForeignId other) => (IsNumber, other.IsNumber) switch
    {
        (true, true) => Value.CompareTo(other.Value),
        (false, false) => string.CompareOrdinal(Text, other.Text),
        (true, false) => -1,
        _ => 1,
    };

    /// <inheritdoc/>
    public override string ToString() => IsNumber ? Text : $"\"{Text}\"";

    private BigInteger Value => BigInteger.Parse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}

/// <summary>
/// Gives ids that are not 64-bit numbers a code, so that everything else can count with numbers. Codes are those of one file;
/// truth and
/// results meet by the ids themselves. Not thread-safe.
/// </summary>
internal sealed class ForeignIds
{
    private const long First = long.MinValue;
    private const long Range = 1L << 40;

    private readonly Dictionary<ForeignId, long> _codes = [];
    private readonly List<ForeignId> _ids = [];

    /// <summary>Number of ids.</summary>
    public int Count => _ids.Count;

    /// <summary>The id of a code.</summary>
    public ForeignId this[long code] => _ids[Index(code)];

    /// <summary>Whether a number is a code; no file holds such numbers as ids.</summary>
    public static bool IsCode(long id) => id < First + Range;

    /// <summary>Position of a code, from 0.</summary>
    public static int Index(long code) => (int)(code - First);

    /// <summary>Positions of the codes' ids in a truth, -1 where it does not have one.</summary>
    public int[] Positions(Func<ForeignId, int> find)
    {
        var positions = new int[Count];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = find(_ids[i]);
        }

        return positions;
    }

    /// <summary>The code of an id.</summary>
    public long CodeOf(ForeignId id)
    {
        if (!_codes.TryGetValue(id, out var code))
        {
            code = First + _ids.Count;
            _codes.Add(id, code);
            _ids.Add(id);
        }

        return code;
    }

    /// <summary>How an id reads in a message.</summary>
    public string Name(long id) => IsCode(id) ? this[id].ToString() : id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Numbers that stand for the codes outside: in the order of the ids, above every number that is taken.</summary>
    /// <param name="isTaken">Whether a number is an id already.</param>
    public Dictionary<long, long> StandIns(Func<long, bool> isTaken)
    {
        var standIns = new Dictionary<long, long>(Count);
        var next = long.MaxValue;
        foreach (var id in _ids.OrderDescending())
        {
            while (isTaken(next))
            {
                next--;
            }

            standIns.Add(_codes[id], next--);
        }

        return standIns;
    }
}
