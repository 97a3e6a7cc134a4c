using System.Diagnostics;

namespace PPLCNet.Vision.Bench;

/// <summary>Times contenders in turns, so that a busy machine slows all alike.</summary>
internal static class Stopwatches
{
    /// <summary>Least and median milliseconds of each contender.</summary>
    /// <param name="rounds">How often each runs; the first round warms up and does not count.</param>
    /// <param name="contenders">What to time.</param>
    public static (double Least, double Median)[] InTurns(int rounds, params ReadOnlySpan<Action> contenders)
    {
        var times = new double[contenders.Length][];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = new double[rounds];
        }

        for (var round = -1; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                contenders[i]();
                if (round >= 0)
                {
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                }
            }
        }

        return [.. times.Select(t => (t.Min(), t.Order().ElementAt(rounds / 2)))];
    }
}
