using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>
/// Calibration with one number: logits divided by it give the likeliest probabilities on images that were not learned from.
/// </summary>
internal static class Temperature
{
    private const double Widest = 4; // in logarithms: factors of 1/55 to 55
    private const double Precision = 1e-4, Golden = 0.6180339887498949;

    /// <summary>The temperature with the least cross entropy, and that cross entropy.</summary>
    public static (double Temperature, double Loss) Fit(FeatureMatrix logits, Targets targets)
    {
        if (logits.Count == 0)
        {
            return (1, double.NaN);
        }

        var best = Math.Exp(Minimum(t => Loss(logits, targets, Math.Exp(t))));
        return (best, Loss(logits, targets, best));
    }

    /// <summary>
    /// Golden section search. MathNet's throws where the minimum lies at an end, as it does for labels that are told apart
    /// without an error; this one goes to that end, and stops at the higher temperature where lower ones are no better.
    /// </summary>
    private static double Minimum(Func<double, double> loss)
    {
        var (low, high) = (-Widest, Widest);
        var (left, right) = (high - (Golden * (high - low)), low + (Golden * (high - low)));
        var (lossLeft, lossRight) = (loss(left), loss(right));
        while (high - low > Precision)
        {
            if (lossLeft < lossRight)
            {
                (high, right, lossRight) = (right, left, lossLeft);
                left = high - (Golden * (high - low));
                lossLeft = loss(left);
            }
            else
            {
                (low, left, lossLeft) = (left, right, lossRight);
                right = low + (Golden * (high - low));
                lossRight = loss(right);
            }
        }

        return (low + high) / 2;
    }

    /// <summary>Mean cross entropy of logits divided by a temperature.</summary>
    public static double Loss(FeatureMatrix logits, Targets targets, double temperature)
    {
        var sum = 0.0;
        for (var i = 0; i < logits.Count; i++)
        {
            sum += targets.IsMultiLabel ? Sigmoid(logits[i], targets.Labels[i], temperature) : Softmax(logits[i], targets.Of(i), temperature);
        }

        return sum / logits.Count;
    }

    private static double Softmax(ReadOnlySpan<float> row, int label, double temperature)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (var logit in row)
        {
            max = Math.Max(max, logit / temperature);
        }

        foreach (var logit in row)
        {
            sum += Math.Exp((logit / temperature) - max);
        }

        return Math.Log(sum) + max - (row[label] / temperature);
    }

    private static double Sigmoid(ReadOnlySpan<float> row, int[] labels, double temperature)
    {
        var loss = 0.0;
        foreach (var logit in row)
        {
            var scaled = logit / temperature;
            loss += Math.Max(scaled, 0) + Math.Log(1 + Math.Exp(-Math.Abs(scaled)));
        }

        foreach (var label in labels)
        {
            loss -= row[label] / temperature;
        }

        return loss;
    }
}
