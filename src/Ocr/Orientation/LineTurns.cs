namespace PPLCNet.Vision.Ocr.Orientation;

/// <summary>One line read as it stands and, where somebody doubted that, the other way round.</summary>
/// <param name="Upright">As it stands.</param>
/// <param name="Around">Turned by 180 degrees; null where it was not read so.</param>
/// <param name="IsVertical">Whether it runs from top to bottom; a single letter does not, however slim.</param>
internal sealed record LineReadings(OcrLine Upright, OcrLine? Around, bool IsVertical);

/// <summary>
/// Decides which lines stand on their head. Short numbers read equally surely both ways (98 and 86, 9 and 6), and a classifier
/// errs on them;
/// so the lines of an image vote, those that run across and those that run down apart: a line that is clearly surer one way
/// counts for
/// it, and the rest follows the majority.
/// </summary>
internal static class LineTurns
{
    // Nonsense read upside down can score as high as a line with an unsure space; readings this close say nothing.
    private const float ClearlySurer = 0.05f;

    // From this many clearly turned lines for each that was read once, the page may be upside down.
    private const float TurnedShare = 0.25f;

    // On an upside-down page a line is taken as it stands only where it is surer by this: single digits differ by up to a tenth.
    private const float AgainstTurned = 0.15f;

    /// <summary>
    /// Whether lines that were read one way only must be read both ways before the vote: the classifier overlooks short lines
    /// on their
    /// head, so where clearly turned ones are found, its word alone counts for nothing.
    /// </summary>
    public static bool MustReadBothWays(IReadOnlyList<LineReadings> lines, bool vertical)
    {
        var (turned, once) = (0, 0);
        foreach (var line in lines)
        {
            if (line.IsVertical == vertical)
            {
                turned += Surer(line) == true ? 1 : 0;
                once += line.Around is null ? 1 : 0;
            }
        }

        return turned > 0 && turned >= once * TurnedShare;
    }

    /// <summary>Whether most lines that run across (or down) stand on their head.</summary>
    public static bool MostAreTurned(IReadOnlyList<LineReadings> lines, bool vertical)
    {
        var balance = 0;
        foreach (var line in lines)
        {
            if (line.IsVertical == vertical && Surer(line) is { } turned)
            {
                balance += turned ? 1 : -1;
            }
        }

        return balance > 0;
    }

    /// <summary>The reading to take.</summary>
    /// <param name="line">Both readings.</param>
    /// <param name="mostAreTurned">What the lines of its direction voted.</param>
    public static OcrLine Choose(LineReadings line, bool mostAreTurned) =>
        line.Around is { } around && around.Score > line.Upright.Score + (mostAreTurned ? -AgainstTurned : ClearlySurer)
            ? around
            : line.Upright;

    /// <summary>The way that is clearly surer, true for turned; null where it is neither.</summary>
    private static bool? Surer(LineReadings line) =>
        line.Around is not { } around || around.Score < line.Upright.Score - ClearlySurer ? false
        : around.Score > line.Upright.Score + ClearlySurer ? true
        : null;
}
