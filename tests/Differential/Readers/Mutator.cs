using System.Buffers.Binary;
using System.Text;

namespace PPLCNet.Vision.Tests.Differential.Readers;

/// <summary>
/// Damages files: flipped bits, cuts, numbers at the ends of their ranges, parts moved, doubled and swapped with another file's.
/// </summary>
internal static class Mutator
{
    private static readonly ulong[] _numbers =
        [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFF0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF4, 0xFFFF_FFF8, 0xFFFF_FFFF,
            0x7FFF_FFFF_FFFF_FFFF, ulong.MaxValue];

    private static readonly int[] _widths = [1, 2, 4, 4, 4, 8];

    private static readonly string[] _words =
    [
        "nan", "NaN", "-1", "1e999", "1e-400", "0,5", "-0", "99999999999999999999", "4294967295", "2147483648", "null", "true",
            "{}", "[]", "\"\"", "\\ud800",
        "\0", "\uFEFF", "\r", "\n", "\t", "'", "\"", "<", ">", "&", "\\", "{", "}", "[", "]", ":", ",", "(", ")", "0", ".",
    ];

    /// <summary>A damaged copy; now and then an intact one.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="file">The file.</param>
    /// <param name="others">Files to take parts from.</param>
    /// <param name="isText">Whether words are put into it too.</param>
    public static byte[] Damage(Random random, byte[] file, IReadOnlyList<byte[]> others, bool isText = false)
    {
        var bytes = new List<byte>(file);
        for (var times = random.Next(10) == 0 ? random.Next(2, 20) : random.Next(0, 4); times > 0; times--)
        {
            Once(random, bytes, others, isText);
        }

        return [.. bytes];
    }

    private static void Once(Random random, List<byte> bytes, IReadOnlyList<byte[]> others, bool isText)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        var at = Position(random, bytes.Count);
        var length = Math.Min(bytes.Count - at, 1 + random.Next(1 << random.Next(1, 10)));
        switch (random.Next(isText ? 13 : 9))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                Number(random, bytes, at);
                break;
            case 5:
                bytes.RemoveRange(at, length);
                break;
            case 6:
                bytes.InsertRange(Position(random, bytes.Count), bytes.GetRange(at, length));
                break;
            case 7 when others.Count > 0:
                var other = others[random.Next(others.Count)];
                var from = random.Next(other.Length);
                var part = other.AsSpan(from, Math.Min(other.Length - from, length)).ToArray();
                bytes.RemoveRange(at, Math.Min(part.Length, bytes.Count - at));
                bytes.InsertRange(at, part);
                break;
            case 7 or 8:
                bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), length));
                break;
            case 9:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(_words[random.Next(_words.Length)]));
                break;
            case 10:
                Digits(random, bytes, at);
                break;
            case 11:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(string
                    .Concat(Enumerable.Repeat(_words[random.Next(_words.Length)], random.Next(1, 2000)))));
                break;
            default:
                bytes.InsertRange(at, [0xFF, 0xC0, 0x80]); // no UTF-8
                break;
        }
    }

    /// <summary>Anywhere, but beginnings more often: that is where the headers are.</summary>
    private static int Position(Random random, int count) =>
        random.Next(2) == 0 ? random.Next(count) : random.Next(Math.Min(count, 80));

    private static void Number(Random random, List<byte> bytes, int at)
    {
        Span<byte> number = stackalloc byte[8];
        at = random.Next(2) == 0 ? at : at & ~3; // most formats put their numbers there
        var value = random.Next(3) == 0 ? (ulong)random.NextInt64()
            : _numbers[random.Next(_numbers.Length)] - (ulong)random.Next(0, 3);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, value << 32);
        }

        for (var (i, width) = (0, _widths[random.Next(_widths.Length)]); i < width && at + i < bytes.Count; i++)
        {
            bytes[at + i] = number[i];
        }
    }

    /// <summary>Puts a word in place of the digits after a position.</summary>
    private static void Digits(Random random, List<byte> bytes, int at)
    {
        var start = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (start >= 0)
        {
            var end = bytes.FindIndex(start, b => b is not (>= (byte)'0' and <= (byte)'9'));
            bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
            bytes.InsertRange(start, Encoding.UTF8.GetBytes(_words[random.Next(_words.Length)]));
        }
    }
}
