namespace PPLCNet.Vision;

/// <summary>
/// Bilinear resampling along one axis: each target sample is two source samples with weights that add to 1. Immutable and
/// safe to share.
/// </summary>
internal sealed class BilinearAxis
{
    private BilinearAxis(int source, int target, Func<int, double> coordinate)
    {
        SourceLength = source;
        TargetLength = target;
        Low = new int[target];
        High = new int[target];
        HighWeight = new float[target];
        for (var i = 0; i < target; i++)
        {
            // As OpenCV 4.13: the coordinate in double, its fraction rounded once to float, and whole samples outside the
            // borders.
            var at = coordinate(i);
            var low = (int)Math.Floor(at);
            var weight = (float)(at - low);
            if (low < 0)
            {
                (low, weight) = (0, 0);
            }
            else if (low >= source - 1)
            {
                (low, weight) = (source - 1, 0);
            }

            Low[i] = low;
            High[i] = Math.Min(low + 1, source - 1);
            HighWeight[i] = weight;
        }
    }

    /// <summary>Samples of the source.</summary>
    public int SourceLength { get; }

    /// <summary>Samples of the target.</summary>
    public int TargetLength { get; }

    /// <summary>Index of the lower source sample of each target sample.</summary>
    internal int[] Low { get; }

    /// <summary>Index of the higher one.</summary>
    internal int[] High { get; }

    /// <summary>Weight of the higher one; the lower one has the rest.</summary>
    internal float[] HighWeight { get; }

    /// <summary>The whole source to the whole target.</summary>
    /// <param name="source">Samples of the source.</param>
    /// <param name="target">Samples of the target.</param>
    /// <param name="alignCorners">Whether the outermost samples meet (coordinate i * (source - 1) / (target - 1)) instead of
    /// the outer edges (half-pixel centers).</param>
    public static BilinearAxis Create(int source, int target, bool alignCorners = false)
    {
        Check(source, target);
        if (alignCorners)
        {
            var ratio = target > 1 ? (source - 1.0) / (target - 1) : 0;
            return new BilinearAxis(source, target, i => i * ratio);
        }

        var scale = (double)source / target;
        return new BilinearAxis(source, target, i => ((i + 0.5) * scale) - 0.5);
    }

    /// <summary>
    /// A part of the source to the whole target, half-pixel centers: for images that fill only a part of the tensor.
    /// </summary>
    /// <param name="source">Samples of the source.</param>
    /// <param name="target">Samples of the target.</param>
    /// <param name="start">Edge of the part in source samples.</param>
    /// <param name="length">Length of the part in source samples.</param>
    public static BilinearAxis Create(int source, int target, double start, double length)
    {
        Check(source, target);
        return new BilinearAxis(source, target, i => ((i + 0.5) * length / target) + start - 0.5);
    }

    private static void Check(int source, int target)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(target);
    }
}
