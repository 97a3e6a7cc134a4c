using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Tests.Teaching.Fitting;

public sealed class LinearLossTests : IDisposable
{
    private const int Width = 7, Classes = 4, Rows = 23;

    private readonly MatrixProducts _products = new(1);

    public void Dispose() => _products.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Value_and_gradient_are_those_of_a_plain_implementation(bool isMultiLabel, int seed)
    {
        var random = new Random(seed);
        var (features, targets) = Problem(random, isMultiLabel);
        var weights = Enumerable.Range(0, Rows).Select(_ => random.NextSingle() + 0.5f).ToArray();
        var loss = new LinearLoss(_products, features, targets, weights) { Strength = 0.3 };
        var point = Enumerable.Range(0, loss.Parameters).Select(_ => random.NextDouble() - 0.5).ToArray();
        var gradient = new double[point.Length];

        Assert.Equal(Plain(features, targets, weights, 0.3, point), loss.Evaluate(point, gradient), 1e-5);
        for (var j = 0; j < point.Length; j++)
        {
            double[] above = [.. point], below = [.. point];
            above[j] += 1e-5;
            below[j] -= 1e-5;
            var slope = (Plain(features, targets, weights, 0.3, above) - Plain(features, targets, weights, 0.3, below)) / 2e-5;
            Assert.Equal(slope, gradient[j], 1e-4);
        }
    }

    [Fact]
    public void The_fit_is_the_minimum_of_the_plain_implementation()
    {
        var random = new Random(5);
        var (features, targets) = Problem(random, isMultiLabel: false);
        var weights = targets.BalancedWeights();
        var layer = LogisticRegression.Fit(_products, features, targets, weights, 0.05, TestContext.Current.CancellationToken);
        double[] found = [.. layer.Weights.Select(w => (double)w), .. layer.Bias.Select(b => (double)b)];
        var least = Plain(features, targets, weights, 0.05, found);
        for (var i = 0; i < 200; i++)
        {
            double[] other = [.. found.Select(v => v + ((random.NextDouble() - 0.5) * 0.05))];
            Assert.True(Plain(features, targets, weights, 0.05, other) > least - 1e-7, "a random step away is better");
        }
    }

    [Fact]
    public void Balanced_weights_give_every_label_the_same_part()
    {
        var targets = new Targets([[0], [0], [0], [1], [2], [2]], 4, false);
        var weights = targets.BalancedWeights();
        Assert.Equal(6, weights.Sum(), 1e-5f);
        Assert.Equal([2f, 2f, 2f], [weights[..3].Sum(), weights[3], weights[4..].Sum()], new Near());
    }

    private static (FeatureMatrix Features, Targets Targets) Problem(Random random, bool isMultiLabel)
    {
        var values = Enumerable.Range(0, Rows * Width).Select(_ => random.NextSingle() - 0.5f).ToArray();
        int[] All() => [.. Enumerable.Range(0, Classes).Where(_ => random.Next(2) == 0)];
        return (new FeatureMatrix(Width, values), new Targets(
            [.. Enumerable.Range(0, Rows).Select(i => isMultiLabel ? All() : [i % Classes])], Classes, isMultiLabel));
    }

    /// <summary>The loss by its definition, in double precision.</summary>
    private static double Plain(FeatureMatrix features, Targets targets, float[] weights, double strength, double[] point)
    {
        var sum = 0.0;
        for (var i = 0; i < features.Count; i++)
        {
            var row = features[i].ToArray();
            var logits = Enumerable.Range(0, Classes)
                .Select(c => point[(Width * Classes) + c] + row.Select((v, j) => v * point[(j * Classes) + c]).Sum()).ToArray();
            var labels = targets.Labels[i];
            var loss = targets.IsMultiLabel
                ? logits.Select((l, c) => -Math.Log(1 / (1 + Math.Exp(labels.Contains(c) ? -l : l)))).Sum()
                : -Math.Log(Math.Exp(logits[labels[0]]) / logits.Sum(Math.Exp));
            sum += weights[i] * loss;
        }

        return (sum / weights.Sum(w => (double)w)) + (strength / 2 * point.Take(Width * Classes).Sum(v => v * v));
    }

    private sealed class Near : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) < 1e-4f;

        public int GetHashCode(float obj) => 0;
    }
}
