namespace PPLCNet.Vision.Evaluation.Coco.Accumulation;

/// <summary>
/// Mean in the order of summation that NumPy uses (pairwise, eight lanes), so that last bits agree with the COCO API.
/// </summary>
internal static class Mean
{
    private const int Block = 128;

    /// <summary>Mean of the values; -1 where there are none.</summary>
    public static double Of(ReadOnlySpan<double> values) => values.IsEmpty ? -1 : Sum(values) / values.Length;

    private static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length < 8)
        {
            var plain = 0.0;
            foreach (var value in values)
            {
                plain += value;
            }

            return plain;
        }

        if (values.Length > Block)
        {
            var half = values.Length / 2;
            half -= half % 8;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        Span<double> lanes = stackalloc double[8];
        values[..8].CopyTo(lanes);
        var i = 8;
        for (; i + 8 <= values.Length; i += 8)
        {
            for (var lane = 0; lane < 8; lane++)
            {
                lanes[lane] += values[i + lane];
            }
        }

        var sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
        for (; i < values.Length; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
