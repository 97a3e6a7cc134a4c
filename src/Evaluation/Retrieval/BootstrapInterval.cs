using MathNet.Numerics.Random;
using MathNet.Numerics.Statistics;

namespace PPLCNet.Vision.Evaluation.Retrieval;

/// <summary>Percentile bootstrap over queries: how far a figure could move with another sample of queries.</summary>
internal static class BootstrapInterval
{
    /// <summary>The interval of the mean of <paramref name="values"/>.</summary>
    /// <param name="values">One value per query, at least one.</param>
    /// <param name="confidence">Share of resamples inside, 0 to 1.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <param name="seed">Seed of the Mersenne Twister.</param>
    /// <exception cref="ArgumentException">No values, or a confidence outside 0 to 1.</exception>
    public static (double Low, double High) OfMean(IReadOnlyList<double> values, double confidence = 0.95, int resamples = 1000, int seed = 1234)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (values.Count == 0 || confidence is not (> 0 and < 1))
        {
            throw new ArgumentException($"Expected values and a confidence between 0 and 1, found {values.Count} values and {confidence}.");
        }

        var random = new MersenneTwister(seed, threadSafe: false);
        var means = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            double sum = 0;
            for (var i = 0; i < values.Count; i++)
            {
                sum += values[random.Next(values.Count)];
            }

            means[r] = sum / values.Count;
        }

        Array.Sort(means);
        return (SortedArrayStatistics.Quantile(means, (1 - confidence) / 2), SortedArrayStatistics.Quantile(means, (1 + confidence) / 2));
    }
}
