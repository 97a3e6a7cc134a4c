using System.Text;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Masks;

/// <summary>
/// A mask as COCO's run lengths: column by column from the top left, starting with the pixels that are not set. Immutable.
/// </summary>
public sealed class RunLengthMask
{
    private RunLengthMask(int width, int height, IReadOnlyList<int> counts)
    {
        Width = width;
        Height = height;
        Counts = counts;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Lengths of the runs, alternating between not set and set.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Set pixels.</summary>
    public long Area => Counts.Where((_, i) => i % 2 == 1).Sum(c => (long)c);

    /// <summary>The pixels of one class.</summary>
    public static RunLengthMask Of(LabelMap labels, int classId)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var counts = new List<int>();
        var (set, run) = (false, 0);
        for (var x = 0; x < labels.Width; x++)
        {
            for (var y = 0; y < labels.Height; y++)
            {
                if ((labels[x, y] == classId) != set)
                {
                    counts.Add(run);
                    (set, run) = (!set, 0);
                }

                run++;
            }
        }

        counts.Add(run);
        return new RunLengthMask(labels.Width, labels.Height, counts);
    }

    /// <summary>Which pixels are set, row after row.</summary>
    public bool[] ToMask()
    {
        var mask = new bool[Width * Height];
        var at = 0;
        for (var i = 0; i < Counts.Count; i++)
        {
            for (var end = at + Counts[i]; at < end; at++)
            {
                mask[(at % Height * Width) + (at / Height)] = i % 2 == 1;
            }
        }

        return mask;
    }

    /// <summary>
    /// The compressed form of COCO's <c>counts</c>: from the fourth run on the difference to the run two before, in groups of
    /// five bits, lowest first, the sixth bit saying that more follow, as characters from <c>0</c> on.
    /// </summary>
    public string ToCocoString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Counts.Count; i++)
        {
            long value = i > 2 ? Counts[i] - Counts[i - 2] : Counts[i];
            bool more;
            do
            {
                var bits = (int)(value & 0x1F);
                value >>= 5;
                more = (bits & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)((more ? bits | 0x20 : bits) + '0'));
            }
            while (more);
        }

        return text.ToString();
    }
}
