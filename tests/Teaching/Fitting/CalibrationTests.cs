using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Tests.Teaching.Fitting;

public class CalibrationTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(4)]
    public void The_temperature_undoes_a_factor_of_calibrated_logits(double factor)
    {
        // Labels are drawn with just the probabilities that the logits give, so that a temperature of the factor is right.
        var random = new Random(9);
        var (values, labels) = (new List<float>(), new List<int[]>());
        for (var i = 0; i < 20_000; i++)
        {
            double[] logits = [2 * random.NextDouble(), 2 * random.NextDouble(), 2 * random.NextDouble()];
            var at = random.NextDouble() * logits.Sum(Math.Exp);
            var label = at < Math.Exp(logits[0]) ? 0 : at < Math.Exp(logits[0]) + Math.Exp(logits[1]) ? 1 : 2;
            values.AddRange(logits.Select(l => (float)(l * factor)));
            labels.Add([label]);
        }

        var (temperature, _) = Temperature.Fit(new FeatureMatrix(3, [.. values]), new Targets(labels, 3, false));
        Assert.Equal(1, temperature / factor, 0.1);
    }

    [Fact]
    public void Distances_are_zero_at_a_mean_and_one_at_a_right_angle()
    {
        using var products = new MatrixProducts(1);
        var means = ClassMeans.Of(new FeatureMatrix(2, [2, 0, 4, 0]), new Targets([[0], [0]], 1, false));
        var distances = ClassMeans.Distances(products, new FeatureMatrix(2, [9, 0, 0, 3, -1, 0]), means);
        Assert.Equal([0, 1, 2], distances.Select(d => Math.Round(d, 5)));
    }
}
