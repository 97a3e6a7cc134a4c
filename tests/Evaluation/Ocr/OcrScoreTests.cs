using System.Numerics;
using PPLCNet.Vision.Evaluation.Ocr;

namespace PPLCNet.Vision.Tests.Evaluation.Ocr;

/// <summary>Text end to end: found by place, then compared.</summary>
public sealed class OcrScoreTests
{
    private static readonly TextPolygon[] _truths = [Square(0, "Hello"), Square(20, "WORLD 1"), Square(40, "###"), Square(60, "lost")];
    private static readonly TextPolygon[] _results = [Square(0, "Hello"), Square(20, "world1"), Square(40, "noise"), Square(90, "extra")];

    [Fact]
    public void Matches_are_counted_by_place_and_by_text()
    {
        var score = OcrScore.Of(_truths, _results);
        Assert.Equal((3, 3, 2), (score.Found.Truths, score.Found.Detections, score.Found.Matched));
        Assert.Equal((2, 1), (score.Alike, score.Exact));
        Assert.Equal(DetectionScore.Of(_truths, _results), score.Found);
        var figures = score.Summarize().Values.ToDictionary(v => v.Name, v => v.Value);
        Assert.Equal((2 / 3.0, 1 / 3.0), (figures["hmean"], figures["exact_hmean"]));
        Assert.Equal(figures["detection_recall"], score.Found.Recall);
    }

    [Fact]
    public void States_of_parts_add_up_to_the_whole()
    {
        var parts = _truths.Zip(_results).Select(p => OcrScore.Of([p.First], [p.Second])).ToList();
        var sum = parts.Aggregate((a, b) => a + b);
        var merged = parts.Select(p => OcrScore.ReadState(States.RoundTrip(p.WriteState))).Aggregate((a, b) => a + b);
        Assert.Equal(sum, merged);
        Assert.Equal(4, merged.Ppocr.Images);
        Assert.Equal(sum.Found, DetectionScore.ReadState(States.RoundTrip(sum.Found.WriteState)));
        Assert.Throws<KeyNotFoundException>(() => OcrScore.ReadState(States.RoundTrip(sum.Found.WriteState)));
    }

    private static TextPolygon Square(float x, string text) =>
        new([new Vector2(x, 0), new Vector2(x + 10, 0), new Vector2(x + 10, 10), new Vector2(x, 10)], text);
}
