using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Tests.Detection.Suppression;
using PPLCNet.Vision.Tests.Differential.Running;

namespace PPLCNet.Vision.Tests.Differential.Evaluation;

/// <summary>Suppression against plain loops.</summary>
public sealed class SuppressionProperties
{
    [Fact]
    public void Hard() => Property.Holds("nms-hard", random =>
    {
        var found = PlainSuppression.RandomDetections(random, random.Next(0, 300), 1 + random.Next(6));
        var options = new NmsOptions
        {
            ScoreThreshold = random.NextSingle() * 0.3f,
            IouThreshold = random.NextSingle(),
            ClassAgnostic = random.Next(2) == 0,
            TopKBefore = random.Next(3) * 15,
            TopKAfter = random.Next(3) * 15,
        };
        Assert.Equal(PlainSuppression.Hard(found, options), NonMaximumSuppression.Suppress(found, options));
    });

    [Fact]
    public void Soft() => Property.Holds("nms-soft", random =>
    {
        var found = PlainSuppression.RandomDetections(random, random.Next(0, 120), 1 + random.Next(4));
        var options = new NmsOptions
        {
            Method = random.Next(2) == 0 ? NmsMethod.SoftLinear : NmsMethod.SoftGaussian,
            ScoreThreshold = 0.1f,
            IouThreshold = random.NextSingle(),
            Sigma = 0.2f + random.NextSingle(),
            FinalScoreThreshold = 0.15f,
            TopKAfter = 0,
        };
        var (expected, got) = (PlainSuppression.Soft(found, options), NonMaximumSuppression.Suppress(found, options));
        AssertClose(expected, [.. got], options.FinalScoreThreshold);
    });

    /// <summary>
    /// Equal but for rounding: a score a hair from the threshold may fall on either side, and near-equal scores may change
    /// places.
    /// </summary>
    private static void AssertClose(List<DetectedObject> expected, List<DetectedObject> got, float threshold)
    {
        const float Tolerance = 2e-6f;
        foreach (var (from, to, what) in new[] { (expected, got, "missing"), (got, expected, "not expected") })
        {
            var rest = to.ToList();
            foreach (var o in from)
            {
                var at = rest.FindIndex(r =>
                    r.Box == o.Box && r.ClassId == o.ClassId && Math.Abs(r.Score - o.Score) <= Tolerance);
                Assert.True(at >= 0 || Math.Abs(o.Score - threshold) <= Tolerance, $"{what}: {o}");
                if (at >= 0)
                {
                    rest.RemoveAt(at);
                }
            }
        }

        Assert.True(got.Zip(got.Skip(1)).All(p => p.First.Score >= p.Second.Score), "not in order of score");
    }
}
