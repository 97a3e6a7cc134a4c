namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>What a detector's graph leaves to do.</summary>
internal enum ExportStyle
{
    /// <summary>Class scores and box distributions of every level: decoding and suppression are ours.</summary>
    RawHeads,

    /// <summary>Boxes in input pixels and scores of every anchor: suppression is ours.</summary>
    Decoded,

    /// <summary>Suppression is in the graph: rows of class, score, box.</summary>
    Suppressed,
}
