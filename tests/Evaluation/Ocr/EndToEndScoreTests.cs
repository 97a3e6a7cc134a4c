using PPLCNet.Vision.Evaluation.Ocr;
using static PPLCNet.Vision.Tests.Evaluation.Ocr.DetectionMatcherTests;

namespace PPLCNet.Vision.Tests.Evaluation.Ocr;

public sealed class EndToEndScoreTests
{
    public static TheoryData<string, TextPolygon[], TextPolygon[], (long Truths, long Results, long Hits, long Edits, long Characters)> Images => new()
    {
        { "hit", [Box(0, 0, 10, 10, "abc")], [Box(0, 0, 10, 10, "abc")], (1, 1, 1, 0, 3) },
        { "IoU of exactly one half matches here", [Box(0, 0, 10, 10, "abc")], [Box(0, 0, 20, 10, "abc")], (1, 1, 1, 0, 3) },
        { "wrong text", [Box(0, 0, 10, 10, "abc")], [Box(0, 0, 10, 10, "abd")], (1, 1, 0, 1, 3) },
        { "spaces aside", [Box(0, 0, 10, 10, "ab c")], [Box(0, 0, 10, 10, "abc")], (1, 1, 1, 0, 3) },
        { "full width equals half width", [Box(0, 0, 10, 10, "ＡＢ：")], [Box(0, 0, 10, 10, "AB:")], (1, 1, 1, 0, 3) },
        { "unmatched text is all edits", [Box(0, 0, 10, 10, "abc")], [Box(50, 0, 60, 10, "xy")], (1, 1, 0, 5, 3) },
        { "matched with what does not count: nothing is counted", [Box(0, 0, 10, 10, "###")], [Box(0, 0, 10, 10, "xy")], (0, 0, 0, 0, 0) },
        { "the better overlap goes first", [Box(0, 0, 10, 10, "a"), Box(2, 0, 12, 10, "b")], [Box(2, 0, 12, 10, "b"), Box(0, 0, 10, 10, "a")], (2, 2, 2, 0, 2) },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Judges(string name, TextPolygon[] truths, TextPolygon[] results, (long, long, long, long, long) expected)
    {
        var score = EndToEndScore.Of(truths, results);
        Assert.True(expected == (score.Truths, score.Results, score.Hits, score.Edits, score.Characters), $"{name}: {score}");
    }

    [Fact]
    public void FiguresAreOfTheSums()
    {
        var score = new EndToEndScore { Images = 1, Truths = 4, Results = 2, Hits = 1, Edits = 30, Characters = 20 } + new EndToEndScore { Images = 1 };
        Assert.Equal((0.5, 0.25, 1.0 / 3, -0.5), (R(score.Precision), R(score.Recall), R(score.FMeasure), R(score.CharacterAccuracy)));
        static double R(double v) => Math.Round(v, 6) is var r && Math.Abs(r - (1.0 / 3)) < 1e-5 ? 1.0 / 3 : r;
    }
}
