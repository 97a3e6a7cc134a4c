using System.Numerics;

namespace PPLCNet.Vision.Masks;

/// <summary>
/// A closed outline along pixel edges: clockwise around a region, counter-clockwise around a hole in it (x right, y down).
/// Corners only; the last one joins the first.
/// </summary>
/// <param name="Points">Corners in pixels of the image; whole numbers, (0, 0) is the image's corner.</param>
/// <param name="SignedArea">Enclosed pixels, negative for a hole: the areas of all rings of a class add to its pixels.</param>
public sealed record RegionRing(IReadOnlyList<Vector2> Points, long SignedArea)
{
    /// <summary>Whether the ring bounds a hole.</summary>
    public bool IsHole => SignedArea < 0;
}
