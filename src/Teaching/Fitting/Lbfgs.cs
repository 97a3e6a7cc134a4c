using System.Numerics.Tensors;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>Value and gradient of a function; the gradient is written.</summary>
internal delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>When a minimization ends.</summary>
/// <param name="MaxIterations">At most so many steps.</param>
/// <param name="GradientTolerance">Ends where no element of the gradient is larger.</param>
/// <param name="ValueTolerance">Ends where a step gains less than this share of the value.</param>
internal readonly record struct LbfgsLimits(int MaxIterations, double GradientTolerance, double ValueTolerance);

/// <summary>
/// Limited-memory BFGS with a weak Wolfe line search by bisection. MathNet's minimizer throws where rounding of a gradient in
/// single precision ends the line search, or where the iterations run out, and loses the point it had reached; this one
/// returns it.
/// </summary>
internal static class Lbfgs
{
    private const int MaxHistory = 10;
    private const long HistoryElements = 1 << 26;
    private const double SufficientDecrease = 1e-4, Curvature = 0.9;
    private const int MaxHalvings = 30;

    /// <summary>Moves <paramref name="point"/> to a minimum.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="point">Where to start; receives the minimum.</param>
    /// <param name="limits">When to end.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The value that was reached, and the number of steps.</returns>
    public static (double Value, int Iterations) Minimize(
        Objective objective, double[] point, LbfgsLimits limits, CancellationToken cancellationToken = default)
    {
        var n = point.Length;
        var history = new Queue<(double[] Step, double[] Change, double Product)>();
        var capacity = (int)Math.Clamp(HistoryElements / n, 3, MaxHistory);
        double[] gradient = new double[n], direction = new double[n], next = new double[n], nextGradient = new double[n];
        var value = objective(point, gradient);
        for (var iteration = 0; iteration < limits.MaxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Math.Abs(TensorPrimitives.MaxMagnitude<double>(gradient)) <= limits.GradientTolerance)
            {
                return (value, iteration);
            }

            SetDirection(history, gradient, direction);
            var slope = TensorPrimitives.Dot<double>(gradient, direction);
            if (slope >= 0)
            {
                history.Clear();
                TensorPrimitives.Negate(gradient, direction);
                slope = -TensorPrimitives.SumOfSquares<double>(gradient);
            }

            var first = history.Count > 0 ? 1 : 1 / Math.Max(1, Math.Sqrt(-slope));
            if (Search(objective, point, direction, value, slope, first, next, nextGradient) is not { } nextValue)
            {
                return (value, iteration); // the value no longer falls: what is left is rounding
            }

            Remember(history, capacity, point, next, gradient, nextGradient);
            next.CopyTo(point, 0);
            (gradient, nextGradient) = (nextGradient, gradient);
            var gain = value - nextValue;
            value = nextValue;
            if (gain <= limits.ValueTolerance * Math.Max(Math.Abs(value), 1e-12))
            {
                return (value, iteration + 1);
            }
        }

        return (value, limits.MaxIterations);
    }

    /// <summary>The two-loop recursion: the inverse Hessian of the remembered steps times the negative gradient.</summary>
    private static void SetDirection(Queue<(double[] Step, double[] Change, double Product)> history, double[] gradient, double[] direction)
    {
        TensorPrimitives.Negate(gradient, direction);
        var steps = history.ToArray();
        var factors = new double[steps.Length];
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            factors[i] = TensorPrimitives.Dot<double>(steps[i].Step, direction) / steps[i].Product;
            TensorPrimitives.MultiplyAdd(steps[i].Change, -factors[i], direction, direction);
        }

        if (steps.Length > 0)
        {
            var (_, change, product) = steps[^1];
            TensorPrimitives.Multiply(direction, product / TensorPrimitives.SumOfSquares<double>(change), direction);
        }

        for (var i = 0; i < steps.Length; i++)
        {
            var factor = factors[i] - (TensorPrimitives.Dot<double>(steps[i].Change, direction) / steps[i].Product);
            TensorPrimitives.MultiplyAdd(steps[i].Step, factor, direction, direction);
        }
    }

    private static double? Search(
        Objective objective, double[] point, double[] direction, double value, double slope, double first, double[] next, double[] nextGradient)
    {
        var (low, high, step) = (0.0, double.PositiveInfinity, first);
        for (var i = 0; i < MaxHalvings; i++)
        {
            TensorPrimitives.MultiplyAdd(direction, step, point, next);
            var reached = objective(next, nextGradient);
            if (!(reached <= value + (SufficientDecrease * step * slope)))
            {
                high = step;
            }
            else if (TensorPrimitives.Dot<double>(nextGradient, direction) < Curvature * slope)
            {
                low = step;
            }
            else
            {
                return reached;
            }

            step = double.IsInfinity(high) ? 2 * low : (low + high) / 2;
        }

        return null;
    }

    private static void Remember(
        Queue<(double[] Step, double[] Change, double Product)> history, int capacity, double[] point, double[] next, double[] gradient, double[] nextGradient)
    {
        var (step, change) = history.Count == capacity && history.Dequeue() is var oldest
            ? (oldest.Step, oldest.Change)
            : (new double[point.Length], new double[point.Length]);
        TensorPrimitives.Subtract(next, point, step);
        TensorPrimitives.Subtract(nextGradient, gradient, change);
        var product = TensorPrimitives.Dot<double>(step, change);
        if (product > 1e-12 * TensorPrimitives.SumOfSquares<double>(change))
        {
            history.Enqueue((step, change, product));
        }
    }
}
