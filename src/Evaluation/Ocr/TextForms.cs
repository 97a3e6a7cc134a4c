using System.Text;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>The forms of a text that evaluations compare.</summary>
internal static class TextForms
{
    /// <summary>Without U+0020; other white space stays.</summary>
    public static string WithoutSpaces(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace(" ", "", StringComparison.Ordinal);
    }

    /// <summary>Only 0-9, a-z and A-Z, in lower case.</summary>
    public static string LettersAndDigits(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant));
    }

    /// <summary>Full-width forms (U+FF01 to U+FF5E) and the ideographic space as their half-width twins.</summary>
    public static string HalfWidth(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var half = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            half.Append(c switch
            {
                '\u3000' => ' ',
                >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
                _ => c,
            });
        }

        return half.ToString();
    }
}
