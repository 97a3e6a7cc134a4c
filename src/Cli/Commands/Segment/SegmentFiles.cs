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

    /// <summary>Whether the JSON has outlines.</summary>
    public bool Polygons { get; init; }

    /// <summary>Whether the JSON has run lengths.</summary>
    public bool RunLengths { get; init; }
}
