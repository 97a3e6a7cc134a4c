using System.Numerics;

namespace PPLCNet.Vision.Ocr;

/// <summary>Moves results to another coordinate system.</summary>
internal static class OcrLineExtensions
{
    /// <summary>The line with all corners sent through <paramref name="map"/>.</summary>
    public static OcrLine Map(this OcrLine line, Func<Vector2, Vector2> map) => line with
    {
        Quad = line.Quad.Map(map),
        Words = [.. line.Words.Select(w => w with { Quad = w.Quad.Map(map) })],
    };
}
