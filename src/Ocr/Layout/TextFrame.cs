using System.Numerics;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Ocr.Layout;

/// <summary>A piece of text seen along the direction of reading.</summary>
/// <param name="Index">Its position in the list it came from.</param>
/// <param name="Start">Where it begins along the lines.</param>
/// <param name="End">Where it ends along the lines.</param>
/// <param name="Middle">Its centre across the lines.</param>
/// <param name="Height">Its extent across the lines.</param>
internal readonly record struct TextPiece(int Index, float Start, float End, float Middle, float Height)
{
    /// <summary>Extent along the lines.</summary>
    public float Width => End - Start;

    /// <summary>Whether it lies on both sides of a place along the lines.</summary>
    public bool Crosses(float place) => Start < place && End > place;
}

/// <summary>The direction in which most of the text of an image runs, and the one in which its lines follow each other.</summary>
/// <param name="Along">Unit vector along the lines.</param>
internal readonly record struct TextFrame(Vector2 Along)
{
    // A box this many times as tall as wide is a column of vertical script, or a line of a page that lies on its side; a digit
    // is not.
    private const float VerticalRatio = 2.5f;

    // The edges of shorter boxes say little about their direction.
    private const float DirectedRatio = 2;

    /// <summary>From one line to the next: down for lines that run to the right, left for lines that run down.</summary>
    public Vector2 Across => new(-Along.Y, Along.X);

    /// <summary>Whether a quad is a column of text rather than a line or a single letter.</summary>
    public static bool IsVertical(Quad quad) => quad.Height >= VerticalRatio * quad.Width;

    /// <summary>Whether most of the text, by its length, stands in columns.</summary>
    public static bool IsMostlyVertical(IReadOnlyList<Quad> quads)
    {
        var (vertical, horizontal) = (0f, 0f);
        foreach (var quad in quads)
        {
            if (IsVertical(quad))
            {
                vertical += quad.Height;
            }
            else
            {
                horizontal += quad.Width;
            }
        }

        return vertical > horizontal;
    }

    /// <summary>The frame of these quads.</summary>
    public static TextFrame Of(IReadOnlyList<Quad> quads)
    {
        var down = IsMostlyVertical(quads);
        var usual = quads.Where(q => IsVertical(q) == down).ToList();
        var directed = usual.Where(q => down || q.Width >= DirectedRatio * q.Height).ToList();
        var edges = (directed.Count > 0 ? directed : usual).Select(q => down ? Down(q) : Right(q)).ToList();
        return new TextFrame(Median(edges, down ? Vector2.UnitY : Vector2.UnitX));
    }

    /// <summary>Sees a quad in this frame.</summary>
    public TextPiece Place(Quad quad, int index)
    {
        var (right, down) = (Right(quad), Down(quad));
        var (across, tall) = (right.Length(), down.Length());
        var isUpright = Math.Abs(Vector2.Dot(right, Along)) * tall >= Math.Abs(Vector2.Dot(down, Along)) * across;
        var (width, height) = isUpright ? (across, tall) : (tall, across);
        var start = Vector2.Dot(quad.Center, Along) - (width / 2);
        return new TextPiece(index, start, start + width, Vector2.Dot(quad.Center, Across), height);
    }

    private static Vector2 Right(Quad quad) => (quad.TopRight - quad.TopLeft + quad.BottomRight - quad.BottomLeft) / 2;

    private static Vector2 Down(Quad quad) => (quad.BottomLeft - quad.TopLeft + quad.BottomRight - quad.TopRight) / 2;

    /// <summary>The median angle, longer edges counting more.</summary>
    private static Vector2 Median(List<Vector2> edges, Vector2 usual)
    {
        var sum = edges.Aggregate(Vector2.Zero, (a, b) => a + b);
        var mean = sum.Length() > 0 ? Vector2.Normalize(sum) : usual;
        var turns = edges
            .Select(e => (Angle: MathF.Atan2((mean.X * e.Y) - (mean.Y * e.X), Vector2.Dot(mean, e)), Weight: e.Length()))
            .OrderBy(t => t.Angle)
            .ToList();
        var half = turns.Sum(t => t.Weight) / 2;
        foreach (var (angle, weight) in turns)
        {
            half -= weight;
            if (half <= 0)
            {
                var (sin, cos) = MathF.SinCos(angle);
                return new Vector2((mean.X * cos) - (mean.Y * sin), (mean.X * sin) + (mean.Y * cos));
            }
        }

        return mean;
    }
}
