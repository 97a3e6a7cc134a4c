using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Tests.Teaching.Fitting;

public class LbfgsTests
{
    private static readonly LbfgsLimits _limits = new(2000, 1e-8, 0);

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 10)]
    [InlineData(3, 40)]
    public void Reaches_the_minimum_that_MathNet_reaches(int seed, int size)
    {
        var (value, gradient) = Logistic(seed, size);
        var objective = ObjectiveFunction.Gradient(p => (value(p.AsArray()), Vector<double>.Build.Dense(gradient(p.AsArray()))));
        var expected = new BfgsMinimizer(1e-7, 1e-10, 1e-10, 5000).FindMinimum(objective, Vector<double>.Build.Dense(size));

        var point = new double[size];
        var (found, _) = Lbfgs.Minimize((p, g) => Evaluate(p, g), point, _limits, TestContext.Current.CancellationToken);

        Assert.Equal(expected.FunctionInfoAtMinimum.Value, found, 1e-9);
        Assert.All(expected.MinimizingPoint.Zip(point), p => Assert.Equal(p.First, p.Second, 1e-4));

        double Evaluate(ReadOnlySpan<double> at, Span<double> into)
        {
            double[] copy = [.. at];
            gradient(copy).CopyTo(into);
            return value(copy);
        }
    }

    [Fact]
    public void Follows_the_curved_valley_of_Rosenbrock()
    {
        double[] point = [-1.2, 1];
        var (value, _) = Lbfgs.Minimize(
            (p, g) =>
            {
                var (a, b) = (1 - p[0], p[1] - (p[0] * p[0]));
                g[0] = (-2 * a) - (400 * p[0] * b);
                g[1] = 200 * b;
                return (a * a) + (100 * b * b);
            },
            point, _limits, TestContext.Current.CancellationToken);
        Assert.Equal(0, value, 1e-12);
        Assert.Equal([1, 1], point.Select(p => Math.Round(p, 6)));
    }

    [Fact]
    public void Ends_at_the_best_point_where_the_iterations_run_out()
    {
        double[] point = [10];
        var (value, iterations) = Lbfgs.Minimize(
            (p, g) =>
            {
                g[0] = 4 * p[0] * p[0] * p[0];
                return p[0] * p[0] * p[0] * p[0];
            },
            point, new LbfgsLimits(3, 0, 0), TestContext.Current.CancellationToken);
        Assert.Equal(3, iterations);
        Assert.Equal(Math.Pow(point[0], 4), value, 1e-6);
        Assert.InRange(value, 0, 9999);
    }

    /// <summary>A regularized logistic regression of random points, in double precision.</summary>
    private static (Func<double[], double> Value, Func<double[], double[]> Gradient) Logistic(int seed, int size)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 100).Select(_ => Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5).ToArray()).ToArray();
        var signs = rows.Select(_ => random.Next(2) == 0 ? -1.0 : 1).ToArray();
        double Margin(double[] p, int i) => signs[i] * rows[i].Zip(p, (a, b) => a * b).Sum();
        return (
            p => Enumerable.Range(0, rows.Length).Average(i => Math.Log(1 + Math.Exp(-Margin(p, i)))) + (0.005 * p.Sum(v => v * v)),
            p => [.. Enumerable.Range(0, size).Select(j => Enumerable.Range(0, rows.Length)
                .Average(i => -signs[i] * rows[i][j] / (1 + Math.Exp(Margin(p, i)))) + (0.01 * p[j]))]);
    }
}
