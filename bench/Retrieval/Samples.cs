using System.Diagnostics;

namespace PPLCNet.Vision.Bench.Retrieval;

/// <summary>
/// Times of one thing over many rounds; rounds of different things are interleaved so that noise meets all alike.
/// </summary>
internal sealed class Samples
{
    private readonly List<double> _milliseconds = [];

    public double Min => _milliseconds.Min();

    public double Median => _milliseconds.Order().ElementAt(_milliseconds.Count / 2);

    public void Measure(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
