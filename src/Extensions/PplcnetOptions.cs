using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Extensions;

/// <summary>What all predictors of a service collection share.</summary>
public sealed class PplcnetOptions
{
    /// <summary>Threads, catalog, limits and batch size of every model whose own options do not replace them.</summary>
    public ModelOptions Load { get; set; } = new();

    /// <summary>A model that takes longer than this to load is logged as a warning; above zero.</summary>
    public TimeSpan SlowLoad { get; set; } = TimeSpan.FromSeconds(10);
}
