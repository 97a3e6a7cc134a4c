using PPLCNet.Vision.Drawing;
using ScottPlot;

namespace PPLCNet.Vision.Reports;

/// <summary>Gives plots the font that the library embeds: without one, Skia draws no text and says nothing.</summary>
internal static class PlotFont
{
    private const string Name = "Roboto";
    private static readonly Lazy<bool> _registered = new(Register);

    /// <summary>Makes the font the default of every plot.</summary>
    public static void Use() => _ = _registered.Value;

    private static bool Register()
    {
        // ScottPlot takes fonts as files only.
        var path = Path.Combine(Path.GetTempPath(), $"pplcnet-{Environment.ProcessId}-{Name}.ttf");
        using (var font = typeof(Canvas).Assembly.GetManifestResourceStream("Roboto-Regular-subset.ttf")
            ?? throw new InvalidOperationException("The plot font is not embedded in this build."))
        using (var file = File.Create(path))
        {
            font.CopyTo(file);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        Fonts.AddFontFile(Name, path, bold: false, italic: false);
        Fonts.AddFontFile(Name, path, bold: true, italic: false);
        Fonts.Default = Name;
        return true;
    }
}
