namespace PPLCNet.Vision.Detection.Evaluation;

/// <summary>What overlap is measured on.</summary>
public enum CocoIou
{
    /// <summary>Boxes (<c>bbox</c>).</summary>
    Box,

    /// <summary>Masks (<c>segm</c>).</summary>
    Mask,
}
