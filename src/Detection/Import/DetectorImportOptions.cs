namespace PPLCNet.Vision.Detection.Import;

/// <summary>What an importer cannot always infer from a file.</summary>
internal sealed record DetectorImportOptions
{
    /// <summary>Class names; null takes the file's own, or COCO's where the network has 80 classes.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Size of the input where the file leaves it open; null takes the variant's.</summary>
    public (int Width, int Height)? InputSize { get; init; }

    /// <summary>SPDX license of the weights.</summary>
    public string License { get; init; } = "";
}
