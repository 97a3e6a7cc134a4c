namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>
/// Taps of an axis that is scaled with antialiasing: a cubic kernel (a = -0.5) as wide as the reduction, its weights adding
/// up to 1.
/// </summary>
/// <remarks>As Pillow and torchvision compute it for 8-bit pixels: weights in 1/2^22, taps outside the image left out.</remarks>
internal sealed class AntialiasedAxis
{
    /// <summary>Bits of the weights' fraction.</summary>
    public const int Bits = 22;

    private const double A = -0.5;

    /// <summary>Plans the scaling of <paramref name="source"/> pixels to <paramref name="resized"/>.</summary>
    public AntialiasedAxis(int source, int resized)
    {
        var scale = (double)source / resized;
        var stretch = Math.Max(scale, 1);
        var support = 2 * stretch;
        First = new int[resized];
        Weights = new int[resized][];
        for (var i = 0; i < resized; i++)
        {
            var centre = (i + 0.5) * scale;
            var from = Math.Max((int)(centre - support + 0.5), 0);
            var to = Math.Min((int)(centre + support + 0.5), source);
            var kernel = new double[to - from];
            for (var t = 0; t < kernel.Length; t++)
            {
                kernel[t] = Cubic((from + t - centre + 0.5) / stretch);
            }

            var sum = kernel.Sum();
            First[i] = from;
            Weights[i] = [.. kernel.Select(k => (int)Math.Round(k / sum * (1 << Bits), MidpointRounding.AwayFromZero))];
        }
    }

    /// <summary>First source pixel of each scaled pixel.</summary>
    public int[] First { get; }

    /// <summary>Weights of that and the following source pixels.</summary>
    public int[][] Weights { get; }

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < 2 ? ((((x - 5) * x) + 8) * x * A) - (4 * A)
            : 0;
    }
}
