using System.Numerics;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>A polygon with its text, of the truth or of a result.</summary>
/// <param name="Corners">Corners in pixels, around the polygon either way.</param>
/// <param name="Text">Its text; empty where only places are compared.</param>
public sealed record TextPolygon(IReadOnlyList<Vector2> Corners, string Text)
{
    /// <summary>Whether the truth says not to judge here (<c>###</c> or <c>*</c>).</summary>
    public bool IsDontCare => Text is "###" or "*";

    internal Vector2[] Points { get; } = [.. Corners];
}
