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
            var found = RandomDetections(random, random.Next(0, 260), 1 + random.Next(6));
            var options = new NmsOptions
            {
                ScoreThreshold = 0.1f,
                IouThreshold = 0.3f + (0.4f * random.NextSingle()),
                ClassAgnostic = agnostic,
                TopKBefore = before,
                TopKAfter = after,
            };
            Assert.Equal(Plain(found, options), NonMaximumSuppression.Suppress(found, options));
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
            var found = RandomDetections(random, random.Next(1, 120), 3);
            var options = new NmsOptions { Method = method, ScoreThreshold = 0.1f, FinalScoreThreshold = 0.15f, TopKAfter = 0 };
            var expected = PlainSoft(found, options);
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

    private static Detections RandomDetections(Random random, int count, int classes)
    {
        var boxes = new Box[count];
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (random.NextSingle() * 60, random.NextSingle() * 60);

            // A few inverted, empty and equal boxes among the ordinary ones.
            boxes[i] = (i % 17) switch
            {
                3 => new Box(x, y, x - 2, y + 3),
                5 => new Box(x, y, x, y),
                7 when i > 7 => boxes[i - 7],
                _ => new Box(x, y, x + 5 + (random.NextSingle() * 30), y + 5 + (random.NextSingle() * 30)),
            };
        }

        return new Detections(
            boxes,
            [.. Enumerable.Range(0, count).Select(_ => MathF.Round(random.NextSingle(), 2))],
            [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))]);
    }

    private static List<DetectedObject> Plain(Detections found, NmsOptions options)
    {
        var kept = new List<DetectedObject>();
        foreach (var group in found.Where(o => o.Score > options.ScoreThreshold).GroupBy(o => options.ClassAgnostic ? 0 : o.ClassId).OrderBy(g => g.Key))
        {
            var mine = new List<DetectedObject>();
            foreach (var o in group.OrderByDescending(o => o.Score).Take(options.TopKBefore > 0 ? options.TopKBefore : int.MaxValue))
            {
                if (mine.All(k => PlainIou(k.Box, o.Box) <= options.IouThreshold))
                {
                    mine.Add(o);
                }
            }

            kept.AddRange(mine);
        }

        return [.. kept.OrderByDescending(o => o.Score).Take(options.TopKAfter > 0 ? options.TopKAfter : int.MaxValue)];
    }

    private static List<DetectedObject> PlainSoft(Detections found, NmsOptions options)
    {
        var kept = new List<DetectedObject>();
        foreach (var group in found.Where(o => o.Score > options.ScoreThreshold).GroupBy(o => o.ClassId).OrderBy(g => g.Key))
        {
            var rest = group.OrderByDescending(o => o.Score).ToList();
            while (rest.Count > 0)
            {
                var best = rest.MaxBy(o => o.Score);
                if (best.Score <= options.FinalScoreThreshold)
                {
                    break;
                }

                kept.Add(best);
                rest.Remove(best);
                rest = [.. rest.Select(o =>
                {
                    var iou = PlainIou(best.Box, o.Box);
                    return o with
                    {
                        Score = o.Score * (options.Method == NmsMethod.SoftGaussian ? MathF.Exp(-(iou * iou) / options.Sigma)
                            : iou > options.IouThreshold ? 1 - iou : 1),
                    };
                })];
            }
        }

        return [.. kept.OrderByDescending(o => o.Score)];
    }

    /// <summary>The scalar twin of the vectorised kernel, written out from the definition.</summary>
    private static float PlainIou(Box a, Box b)
    {
        if (b.X0 > a.X1 || b.X1 < a.X0 || b.Y0 > a.Y1 || b.Y1 < a.Y0)
        {
            return 0;
        }

        var intersection = Math.Max(0, Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0)) * Math.Max(0, Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0));
        var union = Area(a) + Area(b) - intersection;
        return union == 0 ? 0 : intersection / union;

        static float Area(Box box) => box.X1 < box.X0 || box.Y1 < box.Y0 ? 0 : (box.X1 - box.X0) * (box.Y1 - box.Y0);
    }
}
