using System.Numerics;
using SkiaSharp;

namespace PPLCNet.Vision.Drawing;

/// <content>Text: plain, as a label tag, fitted into a quadrilateral, as a legend.</content>
public sealed partial class Canvas
{
    /// <summary>Writes text whose baseline starts at (<paramref name="x"/>, <paramref name="y"/>).</summary>
    /// <returns>Its width in pixels.</returns>
    public float Text(float x, float y, string text, Color color, float? size = null)
    {
        using var paint = new SKPaint { Color = Sk(color), IsAntialias = true };
        var start = x;
        foreach (var (part, face) in FontSet.Runs(text))
        {
            using var font = Font(face, size ?? TextSize);
            _canvas.DrawText(part, x, y, SKTextAlign.Left, font, paint);
            x += font.MeasureText(part, paint);
        }

        return x - start;
    }

    /// <summary>Width of <paramref name="text"/> in pixels.</summary>
    public float Measure(string text, float? size = null)
    {
        var width = 0f;
        foreach (var (part, face) in FontSet.Runs(text))
        {
            using var font = Font(face, size ?? TextSize);
            width += font.MeasureText(part);
        }

        return width;
    }

    /// <summary>
    /// A tag: text in black or white on <paramref name="color"/>, sitting on the point, moved inside the image where it would
    /// leave it.
    /// </summary>
    public void Label(float x, float y, string text, Color color)
    {
        var height = TextSize * 1.3f;
        var width = Measure(text) + (TextSize * 0.5f);
        var left = Math.Max(0, Math.Min(x, Width - width));
        var top = y - height < 0 ? Math.Max(0, Math.Min(y, Height - height)) : y - height;
        using var paint = new SKPaint { Color = Sk(color with { A = 255 }), Style = SKPaintStyle.Fill };
        _canvas.DrawRect(SKRect.Create(left, top, width, height), paint);
        Text(left + (TextSize * 0.25f), top + (TextSize * 1.0f), text, color.Contrast);
    }

    /// <summary>
    /// Writes text into a quadrilateral (clockwise from the text's top left), as large as fits, turned as it is turned.
    /// </summary>
    /// <exception cref="ArgumentException">The number of corners is not four.</exception>
    public void TextIn(ReadOnlySpan<Vector2> quad, string text, Color color)
    {
        if (quad.Length != 4)
        {
            throw new ArgumentException($"Expected 4 corners, found {quad.Length}.", nameof(quad));
        }

        var along = Vector2.Distance(quad[0], quad[1]);
        var down = Vector2.Distance(quad[0], quad[3]);
        if (text.Length == 0 || along < 1 || down < 1)
        {
            return;
        }

        // A crop that is much taller than wide holds a column of text: its characters are stacked.
        if (down > along * 1.5f && text.EnumerateRunes().Count() > 1)
        {
            Column(quad, text, color);
            return;
        }

        var size = down * 0.8f;
        size = Math.Max(1, Math.Min(size, size * along / Math.Max(1, Measure(text, size))));
        var right = (quad[1] - quad[0]) / along;
        _canvas.Save();
        _canvas.Translate(quad[0].X, quad[0].Y);
        _canvas.RotateRadians(MathF.Atan2(right.Y, right.X));
        Text(0, (down / 2) + (size * 0.36f), text, color, size);
        _canvas.Restore();
    }

    /// <summary>A list of names with their colors on a light ground, in an upper corner.</summary>
    /// <param name="entries">Names and colors, from top to bottom.</param>
    /// <param name="right">Whether it stands at the right instead of the left.</param>
    public void Legend(IEnumerable<(string Name, Color Color)> entries, bool right = false)
    {
        var list = entries.ToList();
        if (list.Count == 0)
        {
            return;
        }

        var size = Math.Min(TextSize, Height / (1.5f * list.Count));
        var line = size * 1.4f;
        var width = list.Max(e => Measure(e.Name, size)) + (size * 2.2f);
        using var paint = new SKPaint { Color = new SKColor(255, 255, 255, 215), Style = SKPaintStyle.Fill };
        var left = right ? Width - width : 0;
        _canvas.DrawRect(SKRect.Create(left, 0, width, (line * list.Count) + (size * 0.4f)), paint);
        for (var i = 0; i < list.Count; i++)
        {
            var top = (size * 0.2f) + (i * line);
            paint.Color = Sk(list[i].Color with { A = 255 });
            _canvas.DrawRect(SKRect.Create(left + (size * 0.4f), top + (size * 0.2f), size, size), paint);
            Text(left + (size * 1.8f), top + (size * 1.05f), list[i].Name, Color.Black, size);
        }
    }

    private static SKFont Font(SKTypeface face, float size) =>
        new(face, size) { Edging = SKFontEdging.Antialias, Subpixel = true };

    private void Column(ReadOnlySpan<Vector2> quad, string text, Color color)
    {
        var runes = text.EnumerateRunes().Select(r => r.ToString()).ToList();
        var step = (quad[3] - quad[0]) / runes.Count;
        var across = quad[1] - quad[0];
        var size = Math.Max(1, Math.Min(across.Length() * 0.9f, step.Length() * 0.95f));
        for (var i = 0; i < runes.Count; i++)
        {
            var centre = quad[0] + (step * (i + 0.5f)) + (across / 2);
            Text(centre.X - (Measure(runes[i], size) / 2), centre.Y + (size * 0.36f), runes[i], color, size);
        }
    }
}
