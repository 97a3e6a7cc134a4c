using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Backbone.Graph;

/// <summary>A batch norm at inference as one factor and one shift per channel, in double: y = factor * x + shift.</summary>
internal sealed class BatchNorm
{
    /// <summary>Paddle's and PyTorch's default.</summary>
    public const double DefaultEpsilon = 1e-5;

    private BatchNorm(double[] factor, double[] shift)
    {
        Factor = factor;
        Shift = shift;
    }

    /// <summary>gamma / sqrt(variance + epsilon), a channel.</summary>
    public double[] Factor { get; }

    /// <summary>beta - mean * factor, a channel.</summary>
    public double[] Shift { get; }

    /// <summary>Takes <c>weight</c>, <c>bias</c>, <c>_mean</c> and <c>_variance</c>.</summary>
    public static BatchNorm Take(WeightScope norm, int channels, double epsilon = DefaultEpsilon)
    {
        var gamma = norm.Take("weight", channels).Values;
        var beta = norm.Take("bias", channels).Values;
        var mean = norm.Take("_mean", channels).Values;
        var variance = norm.Take("_variance", channels).Values;
        return Of(gamma, beta, mean, variance, epsilon);
    }

    /// <summary>From the four vectors.</summary>
    public static BatchNorm Of(
        ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, double epsilon)
    {
        var factor = new double[gamma.Length];
        var shift = new double[gamma.Length];
        for (var i = 0; i < factor.Length; i++)
        {
            factor[i] = gamma[i] / Math.Sqrt(variance[i] + epsilon);
            shift[i] = beta[i] - (mean[i] * factor[i]);
        }

        return new BatchNorm(factor, shift);
    }
}
