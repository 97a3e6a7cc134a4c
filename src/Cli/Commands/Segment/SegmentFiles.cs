using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands.Segment;

/// <summary>What <c>segment</c> writes besides its answers.</summary>
internal sealed record SegmentFiles
{
    /// <summary>Folder of grey PNGs of ids.</summary>
    public string? Labels { get; init; }

    /// <summary>Folder of blended images.</summary>
    public string? Overlay { get; init; }

    /// <summary>Folder of indexed PNGs.</summary>
    public string? Color { get; init; }

    /// <summary>Whether <see cref="Labels"/> hold the data set's own ids.</summary>
    public bool DataSetIds { get; init; }

    /// <summary>Colours of the classes in images; null for the model's own.</summary>
    public Palette? Palette { get; init; }

    /// <summary>Share of the colours in blended images, 0 to 1.</summary>
    public double Opacity { get; init; } = SegmentationDrawing.DefaultOpacity;

    /// <summary>What the JSON has of each class besides its share.</summary>
    public RegionOutlines Outlines { get; init; }
}
