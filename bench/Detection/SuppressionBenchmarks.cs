using BenchmarkDotNet.Attributes;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Bench.Detection;

/// <summary>Non-maximum suppression of random boxes of 80 classes: <c>--filter *SuppressionBenchmarks*</c>.</summary>
[MemoryDiagnoser]
public class SuppressionBenchmarks
{
    private static readonly NmsOptions _options = new();
    private Detections _candidates = null!;

    /// <summary>Candidates before suppression.</summary>
    [Params(100, 1000)]
    public int Candidates { get; set; }

    /// <summary>Draws the boxes; seeded, so that every run sees the same.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var (boxes, scores, classes) = (new Box[Candidates], new float[Candidates], new int[Candidates]);
        for (var i = 0; i < Candidates; i++)
        {
            var (x, y) = (random.NextSingle() * 600, random.NextSingle() * 440);
            boxes[i] = new Box(x, y, x + 8 + (random.NextSingle() * 120), y + 8 + (random.NextSingle() * 120));
            (scores[i], classes[i]) = (random.NextSingle(), random.Next(80));
        }

        _candidates = new Detections(boxes, scores, classes);
    }

    /// <summary>Boxes that remain.</summary>
    [Benchmark]
    public Detections Suppress() => NonMaximumSuppression.Suppress(_candidates, _options);
}
