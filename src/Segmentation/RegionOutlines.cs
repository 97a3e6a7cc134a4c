namespace PPLCNet.Vision.Segmentation;

/// <summary>What <see cref="SegmentationResultJson"/> adds to the share of each class.</summary>
[Flags]
internal enum RegionOutlines
{
    /// <summary>Shares only.</summary>
    None = 0,

    /// <summary>The outlines of the class: <c>"polygons": [{"hole", "points": [[x, y], ...]}]</c>, in pixels.</summary>
    Polygons = 1,

    /// <summary>COCO run lengths of the class: <c>"rle": {"size": [height, width], "counts"}</c>.</summary>
    RunLengths = 2,
}
