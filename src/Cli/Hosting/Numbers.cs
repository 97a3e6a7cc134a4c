using System.Globalization;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>Numbers in the values of flags, always in the invariant form.</summary>
internal static class Numbers
{
    /// <summary>A number; null where the text is none.</summary>
    public static double? Real(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Digits alone as a whole number; null where the text is none.</summary>
    public static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The pieces of values that are separated by commas.</summary>
    public static string[] Split(IEnumerable<string> texts, StringSplitOptions options = StringSplitOptions.None) =>
        [.. texts.SelectMany(t => t.Split(',', options))];
}
