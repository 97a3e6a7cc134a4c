using System.Globalization;

namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>Tables that read ids of label files as others, such as 255 as 1 for masks of 0 and 255.</summary>
internal static class IdTable
{
    /// <summary>Reads texts <c>FROM=TO</c> of ids 0 to 255; an id that is not named stays.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="bad">The first text that does not fit.</param>
    /// <returns>256 entries for <see cref="Labels.LabelMap.Remap"/>; null where a text does not fit.</returns>
    public static byte[]? Parse(IEnumerable<string> texts, out string? bad)
    {
        byte[] table = [.. Enumerable.Range(0, 256).Select(id => (byte)id)];
        foreach (var text in texts)
        {
            if (text.Split('=') is [var from, var to]
                && byte.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var source)
                && byte.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var target))
            {
                table[source] = target;
                continue;
            }

            bad = text;
            return null;
        }

        bad = null;
        return table;
    }
}
