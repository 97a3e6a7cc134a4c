using PPLCNet.Vision.Detection.Suppression;

namespace PPLCNet.Vision.Detection;

/// <summary>How a large image is cut into tiles.</summary>
public sealed record TiledDetectorOptions
{
    /// <summary>Width of a tile in source pixels.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Height of a tile in source pixels.</summary>
    public int Height { get; init; } = 640;

    /// <summary>Part of a tile that its neighbor covers too, 0 to 0.9. Objects up to this size are whole in some tile.</summary>
    public double Overlap { get; init; } = 0.25;

    /// <summary>Whether the whole image is looked at as well, for objects larger than a tile.</summary>
    public bool Whole { get; init; } = true;

    /// <summary>
    /// A box that ends within this part of the tile's side at a border with a neighbor is a fragment and is dropped, 0 to 0.5;
    /// 0 keeps fragments.
    /// </summary>
    public double FragmentMargin { get; init; } = 0.01;

    /// <summary>
    /// A box goes of which more than this part lies inside a larger and better one of its class from another tile, 0 to 1:
    /// fragments of an
    /// object lie inside the whole one's box, where IoU does not see them. 1 keeps all.
    /// </summary>
    public float Inside { get; init; } = 0.8f;

    /// <summary>Suppression across tiles; null uses the detector's.</summary>
    internal NmsOptions? Nms { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 32);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 32);
        ArgumentOutOfRangeException.ThrowIfNegative(Overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Overlap, 0.9);
        ArgumentOutOfRangeException.ThrowIfNegative(FragmentMargin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FragmentMargin, 0.5);
        ArgumentOutOfRangeException.ThrowIfNegative(Inside);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Inside, 1);
        Nms?.Validate();
    }
}
