using System.Diagnostics;

namespace PPLCNet.Vision.Bench.Backbone;

/// <summary>Two ways to do one thing, timed in turns, so that a noisy machine disturbs both alike.</summary>
internal static class Pair
{
    /// <summary>Runs both in turns.</summary>
    /// <returns>Minimum and median of each in milliseconds.</returns>
    public static (double MinA, double MinB, double MedianA, double MedianB) Time(Action a, Action b, int rounds)
    {
        var (timesA, timesB) = (new double[rounds], new double[rounds]);
        for (var i = -(rounds / 10); i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            a();
            var middle = Stopwatch.GetTimestamp();
            b();
            if (i >= 0)
            {
                timesA[i] = Stopwatch.GetElapsedTime(start, middle).TotalMilliseconds;
                timesB[i] = Stopwatch.GetElapsedTime(middle).TotalMilliseconds;
            }
        }

        Array.Sort(timesA);
        Array.Sort(timesB);
        return (timesA[0], timesB[0], timesA[rounds / 2], timesB[rounds / 2]);
    }

    /// <summary>One line of a comparison.</summary>
    public static void Print(string name, Action a, Action b, int rounds)
    {
        var (minA, minB, medianA, medianB) = Time(a, b, rounds);
        Console.WriteLine(
            $"{name}: min {minA:0.00} and {minB:0.00} ms, ratio {minA / minB:0.00}; median {medianA:0.00} and {medianB:0.00} ms, ratio {medianA / medianB:0.00}");
    }
}
