using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Detection.Decoding;

public sealed class RawHeadDecoderTests
{
    private static readonly AnchorLevel _level = new(8, 5, 3);
    private static readonly NmsOptions _options = new() { ScoreThreshold = 0.3f };

    [Fact]
    public void EqualLogitsMeanThreeAndAHalfStridesToEachSide() =>
        Assert.Equal(new Box(-24, -24, 32, 32), DistributionBox.Decode(new float[32], 0, 0, 8));

    [Theory]
    [InlineData(192, 192, 765)]
    [InlineData(320, 320, 2125)]
    [InlineData(416, 416, 3598)]
    [InlineData(480, 480, 4789)]
    [InlineData(640, 640, 8500)]
    [InlineData(608, 800, 10105)]
    public void GridsRoundUp(int width, int height, int anchors) =>
        Assert.Equal(anchors, new AnchorGrid(width, height, AnchorGrid.PicoStrides).Count);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(80)]
    public void ExpectationEqualsThePlainSum(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var scale = round % 20 == 0 ? 80 : 4;
            var bins = Enumerable.Range(0, 8).Select(_ => (float)((random.NextDouble() - 0.5) * scale)).ToArray();
            var weights = bins.Select(b => Math.Exp(b - bins.Max())).ToArray();
            var expected = weights.Select((w, i) => w * i).Sum() / weights.Sum();
            Assert.Equal(expected, DistributionBox.Expectation(bins), 1e-5);
        }
    }

    [Theory]
    [InlineData(ScoreRule.Probability, true)]
    [InlineData(ScoreRule.Sigmoid, true)]
    [InlineData(ScoreRule.Quality, true)]
    [InlineData(ScoreRule.Probability, false)]
    [InlineData(ScoreRule.Sigmoid, false)]
    [InlineData(ScoreRule.Quality, false)]
    public void CandidatesEqualAPlainLoop(Enum scoreRule, bool multiLabel)
    {
        var rule = (ScoreRule)scoreRule;
        const int classes = 11;
        var random = new Random(17);
        var scores = Random(random, _level.Count * classes, rule == ScoreRule.Probability ? 0 : -3, rule == ScoreRule.Probability ? 1 : 3);
        var quality = Random(random, _level.Count, -3, 3);
        var boxes = Random(random, _level.Count * 32, -2, 2);
        using var candidates = new Candidates();
        RawHeadDecoder.Collect(
            new RawLevel { Level = _level, Classes = scores, Boxes = boxes, Quality = quality },
            rule,
            _options with { MultiLabel = multiLabel },
            "m",
            candidates);

        var expected = new List<(int Anchor, int Class, double Score)>();
        for (var a = 0; a < _level.Count; a++)
        {
            var row = Enumerable.Range(0, classes).Select(c => (Anchor: a, Class: c, Score: Plain(rule, scores[(a * classes) + c], quality[a]))).ToList();
            expected.AddRange((multiLabel ? row : [row.MaxBy(r => r.Score)]).Where(r => r.Score > _options.ScoreThreshold));
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(e => e.Class), candidates.ClassIds.ToArray());
        Assert.All(expected.Zip(candidates.Scores.ToArray()), p => Assert.Equal(p.First.Score, p.Second, 1e-6));
        Assert.All(expected.Zip(candidates.Boxes.ToArray()), p => Assert.Equal(
            DistributionBox.Decode(boxes.AsSpan(p.First.Anchor * 32, 32), p.First.Anchor % 5, p.First.Anchor / 5, 8), p.Second));
    }

    [Fact]
    public void AScoreAtTheThresholdIsOut()
    {
        var scores = new float[_level.Count];
        scores[3] = 0.3f;
        scores[4] = MathF.BitIncrement(0.3f);
        using var candidates = new Candidates();
        RawHeadDecoder.Collect(new RawLevel { Level = _level, Classes = scores, Boxes = new float[_level.Count * 32] }, ScoreRule.Probability, _options, "m", candidates);
        Assert.Equal(1, candidates.Count);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ScoresThatAreNoNumberAreAnError(float bad)
    {
        var scores = new float[_level.Count * 2];
        scores[9] = bad;
        var e = Assert.Throws<ModelFormatException>(() =>
        {
            using var candidates = new Candidates();
            RawHeadDecoder.Collect(new RawLevel { Level = _level, Classes = scores, Boxes = new float[_level.Count * 32] }, ScoreRule.Probability, _options, "m", candidates);
        });
        Assert.Contains("finite scores", e.Message, StringComparison.Ordinal);
        Assert.Contains("class 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BoxesThatAreNoNumberAreAnErrorWhereTheyMatter()
    {
        var scores = new float[_level.Count];
        var boxes = new float[_level.Count * 32];
        boxes[32] = float.NaN;
        scores[0] = 0.9f;
        Assert.Equal(1, Count(scores, boxes));
        scores[1] = 0.9f;
        Assert.Contains("finite boxes", Assert.Throws<ModelFormatException>(() => Count(scores, boxes)).Message, StringComparison.Ordinal);

        static int Count(float[] scores, float[] boxes)
        {
            using var candidates = new Candidates();
            RawHeadDecoder.Collect(new RawLevel { Level = _level, Classes = scores, Boxes = boxes }, ScoreRule.Probability, _options, "m", candidates);
            return candidates.Count;
        }
    }

    private static double Plain(ScoreRule rule, double value, double quality) => rule switch
    {
        ScoreRule.Sigmoid => Sigmoid(value),
        ScoreRule.Quality => Math.Sqrt((Sigmoid(value) * Sigmoid(quality)) + 1e-9),
        _ => value,
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static float[] Random(Random random, int count, float low, float high) =>
        [.. Enumerable.Range(0, count).Select(_ => low + (random.NextSingle() * (high - low)))];
}
