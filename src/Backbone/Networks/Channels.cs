namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>Rounding of channel numbers when a network is widened or narrowed.</summary>
internal static class Channels
{
    /// <summary>
    /// The multiple of <paramref name="divisor"/> nearest to <paramref name="value"/>, at least <paramref name="divisor"/>
    /// and never more than a tenth below the value (<c>make_divisible</c> of MobileNet and Paddle).
    /// </summary>
    public static int MakeDivisible(double value, int divisor = 8)
    {
        var rounded = Math.Max(divisor, (int)(value + (divisor / 2.0)) / divisor * divisor);
        return rounded < 0.9 * value ? rounded + divisor : rounded;
    }
}
