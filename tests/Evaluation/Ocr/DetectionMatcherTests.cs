using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Evaluation.Ocr;

public sealed class DetectionMatcherTests
{
    public static TheoryData<string, TextPolygon[], TextPolygon[], (int Truths, int Found, int Matched)> Images => new()
    {
        { "nothing", [], [], (0, 0, 0) },
        { "the same box", [Box(0, 0, 10, 10)], [Box(0, 0, 10, 10)], (1, 1, 1) },
        { "IoU of exactly one half is none", [Box(0, 0, 10, 10)], [Box(0, 0, 20, 10)], (1, 1, 0) },
        { "a little more is one", [Box(0, 0, 10, 10)], [Box(0, 0, 19.9f, 10)], (1, 1, 1) },
        { "one to one", [Box(0, 0, 10, 10)], [Box(0, 0, 10, 10), Box(1, 0, 11, 10)], (1, 2, 1) },
        { "greedy in the order of detections", [Box(0, 0, 10, 10), Box(2, 0, 12, 10)], [Box(1, 0, 11, 10), Box(0, 0, 10, 10)], (2, 2, 2) },
        { "greedy is not optimal", [Box(2, 0, 12, 10), Box(-1, 0, 9, 10)], [Box(1, 0, 11, 10), Box(5, 0, 15, 10)], (2, 2, 1) },
        { "a detection half inside a don't-care region counts", [Box(0, 0, 10, 10, "###")], [Box(5, 0, 15, 10)], (0, 1, 0) },
        { "more than half inside does not", [Box(0, 0, 10, 10, "###")], [Box(4.9f, 0, 14.9f, 10)], (0, 0, 0) },
        { "an asterisk means the same", [Box(0, 0, 10, 10, "*")], [Box(0, 0, 10, 10)], (0, 0, 0) },
        { "inside a don't-care region is lost for a truth", [Box(0, 0, 30, 10, "###"), Box(0, 0, 10, 10)], [Box(0, 0, 10, 10)], (1, 0, 0) },
        { "crossing outlines fall on both sides", [Bow()], [Bow(), Box(0, 0, 10, 10)], (0, 1, 0) },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Matches(string name, TextPolygon[] truths, TextPolygon[] found, (int, int, int) expected)
    {
        var matches = DetectionMatcher.Match(truths, found);
        Assert.True(expected == (matches.CareTruths, matches.CareDetections, matches.Pairs.Count), name);
    }

    [Fact]
    public void ScoreIsZeroWhereNothingCounts()
    {
        var score = new DetectionScore();
        Assert.Equal((0, 0, 0), (score.Precision, score.Recall, score.HMean));
    }

    [Fact]
    public void ScoresAddUp()
    {
        var score = new DetectionScore { Truths = 4, Detections = 2, Matched = 2 } + new DetectionScore { Truths = 4, Detections = 2 };
        Assert.Equal((0.5, 0.25, 1.0 / 3), (score.Precision, score.Recall, score.HMean));
    }

    internal static TextPolygon Box(float left, float top, float right, float bottom, string text = "word") =>
        new(Quad.FromRectangle(left, top, right, bottom).ToArray(), text);

    private static TextPolygon Bow() => new([new(0, 0), new(10, 10), new(10, 0), new(0, 10)], "bow");
}
