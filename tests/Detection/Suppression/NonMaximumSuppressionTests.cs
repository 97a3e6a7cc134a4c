using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Detection.Suppression;

public sealed class NonMaximumSuppressionTests
{
    [Theory]
    [InlineData(1, false, 0, 0)]
    [InlineData(2, true, 0, 0)]
    [InlineData(3, false, 20, 0)]
    [InlineData(4, false, 0, 15)]
    [InlineData(5, true, 30, 10)]
    [InlineData(6, false, 25, 40)]
    public void EqualsAPlainLoop(int seed, bool agnostic, int before, int after)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var found = PlainSuppression.RandomDetections(random, random.Next(0, 260), 1 + random.Next(6));
            var options = new NmsOptions
            {
                ScoreThreshold = 0.1f,
                IouThreshold = 0.3f + (0.4f * random.NextSingle()),
                ClassAgnostic = agnostic,
                TopKBefore = before,
                TopKAfter = after,
            };
            Assert.Equal(PlainSuppression.Hard(found, options), NonMaximumSuppression.Suppress(found, options));
        }
    }

    [Fact]
    public void ClassesDoNotSuppressEachOtherUnlessAsked()
    {
        var found = new Detections([new(0, 0, 10, 10), new(0, 0, 10, 9)], [0.9f, 0.8f], [0, 1]);
        Assert.Equal(2, NonMaximumSuppression.Suppress(found, new NmsOptions()).Count);
        Assert.Equal([0], NonMaximumSuppression.Suppress(found, new NmsOptions { ClassAgnostic = true }).ClassIds.ToArray());
    }

    [Fact]
    public void AnOverlapAtTheThresholdStays()
    {
        // IoU exactly 0.5.
        var found = new Detections([new(0, 0, 10, 10), new(0, 0, 10, 5)], [0.9f, 0.8f], [0, 0]);
        Assert.Equal(2, NonMaximumSuppression.Suppress(found, new NmsOptions { IouThreshold = 0.5f }).Count);
        Assert.Single(NonMaximumSuppression.Suppress(found, new NmsOptions { IouThreshold = 0.4999f }));
    }

    [Fact]
    public void BoxesAreNotRounded()
    {
        // Rounded to whole pixels these would be one and the same box.
        var found = new Detections([new(0.4f, 0, 1.4f, 1), new(-0.4f, 0, 0.6f, 1)], [0.9f, 0.8f], [0, 0]);
        Assert.Equal(2, NonMaximumSuppression.Suppress(found, new NmsOptions { IouThreshold = 0.2f }).Count);
    }

    [Fact]
    public void TiesKeepTheEarlierBox()
    {
        var found = new Detections([new(0, 0, 10, 10), new(0, 0, 10, 9)], [0.5f, 0.5f], [0, 0]);
        Assert.Equal(10, NonMaximumSuppression.Suppress(found, new NmsOptions())[0].Box.Y1);
    }

    [Theory]
    [InlineData(NmsMethod.SoftLinear)]
    [InlineData(NmsMethod.SoftGaussian)]
    public void SoftMethodsEqualAPlainLoop(NmsMethod method)
    {
        var random = new Random(21);
        for (var round = 0; round < 40; round++)
        {
            var found = PlainSuppression.RandomDetections(random, random.Next(1, 120), 3);
            var options = new NmsOptions { Method = method, ScoreThreshold = 0.1f, FinalScoreThreshold = 0.15f, TopKAfter = 0 };
            var expected = PlainSuppression.Soft(found, options);
            var got = NonMaximumSuppression.Suppress(found, options);
            Assert.Equal(expected.Count, got.Count);
            Assert.All(expected.Zip(got), p =>
            {
                Assert.Equal(p.First.Box, p.Second.Box);
                Assert.Equal(p.First.Score, p.Second.Score, 1e-6f);
            });
        }
    }

    [Theory]
    [InlineData(-0.1f, 0.5f, 1)]
    [InlineData(0.1f, 1.5f, 1)]
    [InlineData(float.NaN, 0.5f, 1)]
    [InlineData(0.1f, 0.5f, -1)]
    public void OptionsOutOfRangeAreAnError(float score, float iou, int limit) =>
        Assert.ThrowsAny<ArgumentException>(() => NonMaximumSuppression.Suppress(
            Detections.Empty, new NmsOptions { ScoreThreshold = score, IouThreshold = iou, TopKAfter = limit }));
}
