namespace PPLCNet.Vision.Imaging;

/// <summary>Sizes above which an image is refused before it is decoded.</summary>
public sealed record ImageLimits
{
    /// <summary>Limits that suit photos and scans: 256 MiB per file, 100 million pixels, 65 500 pixels per side.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Largest file in bytes.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Most pixels (width times height).</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Longest side in pixels.</summary>
    public int MaxSide { get; init; } = 65_500;

    /// <summary>
    /// The maximum number of scans of a JPEG: progressive files have about ten, and each one is a pass over all pixels.
    /// </summary>
    public int MaxScans { get; init; } = 100;
}
