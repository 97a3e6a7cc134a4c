using System.Numerics;

namespace PPLCNet.Vision.Geometry;

/// <summary>
/// Four corners of a piece of text in pixels, clockwise on the screen (y points down), from the top left of the text as it is
/// read: a line that runs upwards has its first corner at the bottom.
/// </summary>
/// <param name="TopLeft">Where reading starts, above the first letter.</param>
/// <param name="TopRight">Above the last letter.</param>
/// <param name="BottomRight">Below the last letter.</param>
/// <param name="BottomLeft">Below the first letter.</param>
public readonly record struct Quad(Vector2 TopLeft, Vector2 TopRight, Vector2 BottomRight, Vector2 BottomLeft)
{
    // Sine of the smallest turn at a corner, about a twentieth of a degree.
    private const float LeastTurn = 1e-3f;

    /// <summary>Corner <paramref name="index"/>, 0 to 3 in the order of the properties.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The corner does not exist.</exception>
    public Vector2 this[int index] => index switch
    {
        0 => TopLeft,
        1 => TopRight,
        2 => BottomRight,
        3 => BottomLeft,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "A quad has corners 0 to 3."),
    };

    /// <summary>The longer of the upper and the lower edge.</summary>
    public float Width => Math.Max(Vector2.Distance(TopLeft, TopRight), Vector2.Distance(BottomLeft, BottomRight));

    /// <summary>The longer of the left and the right edge.</summary>
    public float Height => Math.Max(Vector2.Distance(TopLeft, BottomLeft), Vector2.Distance(TopRight, BottomRight));

    /// <summary>Mean of the corners.</summary>
    public Vector2 Center => (TopLeft + TopRight + BottomRight + BottomLeft) / 4;

    /// <summary>
    /// Whether the corners turn the same way everywhere and no three lie on one line: only then a rectangle maps onto the
    /// quad.
    /// </summary>
    public bool IsConvex()
    {
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < 4; i++)
        {
            var (before, after) = (this[i] - this[(i + 3) % 4], this[(i + 1) % 4] - this[i]);

            // The sine of the turn; NaN, where an edge has no length, fails both comparisons below.
            var turn = ((before.X * after.Y) - (before.Y * after.X)) / (before.Length() * after.Length());
            (least, most) = (MathF.Min(least, turn), MathF.Max(most, turn));
        }

        return least > LeastTurn || most < -LeastTurn;
    }

    /// <summary>An upright rectangle.</summary>
    public static Quad FromRectangle(float left, float top, float right, float bottom) =>
        new(new(left, top), new(right, top), new(right, bottom), new(left, bottom));

    /// <summary>From four corners in the order of the properties.</summary>
    /// <exception cref="ArgumentException">The number of corners is not four.</exception>
    public static Quad FromCorners(ReadOnlySpan<Vector2> corners) => corners.Length == 4
        ? new(corners[0], corners[1], corners[2], corners[3])
        : throw new ArgumentException($"A quad has four corners, found {corners.Length}.", nameof(corners));

    /// <summary>The corners in order, in an array of its own.</summary>
    public Vector2[] ToArray() => [TopLeft, TopRight, BottomRight, BottomLeft];

    /// <summary>The smallest upright rectangle around the corners.</summary>
    public (float Left, float Top, float Right, float Bottom) Bounds()
    {
        var low = Vector2.Min(Vector2.Min(TopLeft, TopRight), Vector2.Min(BottomRight, BottomLeft));
        var high = Vector2.Max(Vector2.Max(TopLeft, TopRight), Vector2.Max(BottomRight, BottomLeft));
        return (low.X, low.Y, high.X, high.Y);
    }

    /// <summary>The quad with every corner sent through <paramref name="map"/>.</summary>
    public Quad Map(Func<Vector2, Vector2> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(map(TopLeft), map(TopRight), map(BottomRight), map(BottomLeft));
    }

    /// <summary>The same area, read from the opposite corner: what a line turned by 180 degrees is.</summary>
    public Quad TurnedAround() => new(BottomRight, BottomLeft, TopLeft, TopRight);
}
