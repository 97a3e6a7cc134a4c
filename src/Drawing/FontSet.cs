using System.Text;
using SkiaSharp;

namespace PPLCNet.Vision.Drawing;

/// <summary>The embedded fonts in order of preference. Loaded once, shared between threads.</summary>
/// <remarks>
/// Skia without system fonts draws nothing for missing glyphs and says nothing, hence the check at load and
/// <see cref="CanDraw"/>; a character that no font has is drawn as the empty box of the first font.
/// </remarks>
internal static class FontSet
{
    private static readonly Lazy<SKFont[]> _faces = new(Load);

    /// <summary>Whether every character of <paramref name="text"/> has a glyph.</summary>
    public static bool CanDraw(string text) =>
        text.EnumerateRunes().All(r => Rune.IsControl(r) || _faces.Value.Any(f => f.GetGlyph(r.Value) != 0));

    /// <summary>Cuts <paramref name="text"/> into runs that one font draws.</summary>
    public static List<(string Text, SKTypeface Face)> Runs(string text)
    {
        var runs = new List<(string, SKTypeface)>();
        var run = new StringBuilder();
        SKFont? font = null;
        foreach (var rune in text.EnumerateRunes())
        {
            // Control characters have no shape; drawn, each would be an empty box.
            var shown = Rune.IsControl(rune) ? new Rune(' ') : rune;
            var next = _faces.Value.FirstOrDefault(f => f.GetGlyph(shown.Value) != 0) ?? _faces.Value[0];
            if (font is not null && next != font)
            {
                runs.Add((run.ToString(), font.Typeface));
                run.Clear();
            }

            font = next;
            run.Append(shown.ToString());
        }

        if (font is not null)
        {
            runs.Add((run.ToString(), font.Typeface));
        }

        return runs;
    }

    private static SKFont[] Load()
    {
        var faces = new[] { LoadOne("Roboto-Regular-subset.ttf"), LoadOne("WenQuanYiMicroHei-subset.ttf") };
        return faces[0].GetGlyph('A') != 0 && faces[1].GetGlyph('中') != 0
            ? faces
            : throw new InvalidOperationException("The embedded fonts lack the glyphs of 'A' or '中'; this build is broken.");
    }

    private static SKFont LoadOne(string name)
    {
        using var stream = typeof(FontSet).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The font '{name}' is not embedded in this build.");
        using var data = SKData.Create(stream);
        return new SKFont(SKTypeface.FromData(data)
            ?? throw new InvalidOperationException($"Skia cannot read the embedded font '{name}'."));
    }
}
