using System.Text;

namespace PPLCNet.Vision.Masks;

/// <summary>
/// COCO's compressed run lengths: from the fourth run on, the difference to the run two before; each number in groups of five
/// bits, least first, bit 32 = more follow, plus 48; the top bit of the last group is the sign.
/// </summary>
internal static class RleText
{
    public static string Encode(ReadOnlySpan<int> runs)
    {
        var text = new StringBuilder(runs.Length * 2);
        for (var i = 0; i < runs.Length; i++)
        {
            var value = i > 2 ? (long)runs[i] - runs[i - 2] : runs[i];
            bool more;
            do
            {
                var group = (int)(value & 31);
                value >>= 5;
                more = (group & 16) != 0 ? value != -1 : value != 0;
                text.Append((char)((more ? group | 32 : group) + 48));
            }
            while (more);
        }

        return text.ToString();
    }

    public static int[] Decode(ReadOnlySpan<byte> text)
    {
        var runs = new int[text.Length]; // at least one character a run
        var count = 0;
        for (var at = 0; at < text.Length; count++)
        {
            var value = 0L;
            var shift = 0;
            int group;
            do
            {
                if (at == text.Length || shift > 40)
                {
                    throw new DataFormatException("the compressed run lengths are truncated or too large");
                }

                group = text[at++] - 48;
                if (group is < 0 or > 63)
                {
                    throw new DataFormatException($"the compressed run lengths hold a character outside '0' to 'o' (byte {group + 48})");
                }

                value |= (long)(group & 31) << shift;
                shift += 5;
            }
            while ((group & 32) != 0);

            if ((group & 16) != 0)
            {
                value |= -1L << shift;
            }

            value += count > 2 ? runs[count - 2] : 0;
            runs[count] = value is >= 0 and <= int.MaxValue
                ? (int)value
                : throw new DataFormatException($"the compressed run lengths hold a run of {value} pixels");
        }

        return runs[..count];
    }
}
