namespace PPLCNet.Vision.Geometry;

/// <summary>An axis-aligned box in pixels, x right, y down. It is never rounded; corners may lie outside the image.</summary>
/// <param name="X0">Left edge.</param>
/// <param name="Y0">Top edge.</param>
/// <param name="X1">Right edge.</param>
/// <param name="Y1">Bottom edge.</param>
public readonly record struct Box(float X0, float Y0, float X1, float Y1)
{
    /// <summary>Width; negative for an inverted box.</summary>
    public float Width => X1 - X0;

    /// <summary>Height; negative for an inverted box.</summary>
    public float Height => Y1 - Y0;

    /// <summary>Area in square pixels; 0 for an inverted box.</summary>
    public float Area => X1 < X0 || Y1 < Y0 ? 0 : Width * Height;

    /// <summary>Whether all four edges are finite numbers.</summary>
    public bool IsFinite => float.IsFinite(X0) && float.IsFinite(Y0) && float.IsFinite(X1) && float.IsFinite(Y1);

    /// <summary>Intersection over union, 0 to 1, without the "+ 1" of integer boxes; 0 where both boxes have no area.</summary>
    public float Iou(Box other)
    {
        var width = MathF.Min(X1, other.X1) - MathF.Max(X0, other.X0);
        var height = MathF.Min(Y1, other.Y1) - MathF.Max(Y0, other.Y0);
        var intersection = MathF.Max(0, width) * MathF.Max(0, height);
        var union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }

    /// <summary>The part inside an image of this size.</summary>
    public Box Clip(float width, float height) => new(
        Math.Clamp(X0, 0, width), Math.Clamp(Y0, 0, height), Math.Clamp(X1, 0, width), Math.Clamp(Y1, 0, height));

    /// <summary>The box moved by (<paramref name="dx"/>, <paramref name="dy"/>).</summary>
    public Box Move(float dx, float dy) => new(X0 + dx, Y0 + dy, X1 + dx, Y1 + dy);
}
