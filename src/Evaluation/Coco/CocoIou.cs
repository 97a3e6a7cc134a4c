using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>What overlap is measured on.</summary>
public enum CocoIou
{
    /// <summary>Boxes (<c>bbox</c>).</summary>
    Box,

    /// <summary>Masks (<c>segm</c>).</summary>
    Mask,
}
