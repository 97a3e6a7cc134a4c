namespace PPLCNet.Vision.Runtime;

/// <summary>What a predictor knows at load about the runs to come; it decides how a graph is built and its memory kept.</summary>
internal sealed record LoadPlan
{
    /// <summary>Any number of images, prepared as the manifest says.</summary>
    public static LoadPlan Default { get; } = new();

    /// <summary>Whether every run has the manifest's one size, where there is one.</summary>
    public bool OneSize { get; init; } = true;

    /// <summary>Whether every run is one image; graphs of networks in code may be cheaper then.</summary>
    public bool OneImage { get; init; }

    /// <summary>The heads to build, by output, for networks with several; null for all.</summary>
    public IReadOnlySet<string>? Outputs { get; init; }
}
