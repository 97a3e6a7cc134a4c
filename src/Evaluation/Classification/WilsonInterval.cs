namespace PPLCNet.Vision.Evaluation.Classification;

/// <summary>A share of counted cases with the interval in which the true share lies.</summary>
/// <param name="Hits">Cases that count.</param>
/// <param name="Count">All cases.</param>
public readonly record struct WilsonInterval(long Hits, long Count)
{
    private const double Z = 1.959963984540054; // 95 percent

    /// <summary>The share; NaN of no cases.</summary>
    public double Share => Count == 0 ? double.NaN : (double)Hits / Count;

    /// <summary>Lower end of the 95 percent interval by Wilson; 0 of no cases.</summary>
    public double Low => Count == 0 ? 0 : Math.Max(0, Center - HalfWidth);

    /// <summary>Upper end; 1 of no cases.</summary>
    public double High => Count == 0 ? 1 : Math.Min(1, Center + HalfWidth);

    private double Center => (Share + (Z * Z / (2 * Count))) / (1 + (Z * Z / Count));

    private double HalfWidth => Z / (1 + (Z * Z / Count)) * Math.Sqrt((Share * (1 - Share) / Count) + (Z * Z / (4.0 * Count * Count)));
}
