using System.CommandLine;
using System.Globalization;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands.Segment;

/// <summary><c>--palette</c> and <c>--opacity</c>: how the classes look in images.</summary>
internal sealed class PaletteFlags
{
    private static readonly string[] _names = ["voc", "camvid", "cityscapes"];

    private readonly Option<string?> _palette = new("--palette")
    {
        Description = "Colours of the classes: voc, camvid, cityscapes, or a text file of one colour a line (#rrggbb or r g b).",
        HelpName = "NAME|FILE",
    };

    private readonly Option<double> _opacity = new("--opacity")
    {
        Description = "Share of the colours in blended images, 0 to 1.",
        HelpName = "X",
        CustomParser = argument =>
        {
            var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1)
            {
                return share;
            }

            argument.AddError($"--opacity takes a number of 0 to 1, for example 0.4; found '{text}'.");
            return 0;
        },
        DefaultValueFactory = _ => SegmentationDrawing.DefaultOpacity,
    };

    /// <summary>Adds the flags.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_palette);
        command.Options.Add(_opacity);
    }

    /// <summary>The share of the colours.</summary>
    public double Opacity(ParseResult parse) => parse.GetValue(_opacity);

    /// <summary>The colours; null without the flag.</summary>
    /// <exception cref="CliException">Neither a known name nor a file.</exception>
    /// <exception cref="DataFormatException">The file holds no colours.</exception>
    public Palette? Palette(ParseResult parse) => parse.GetValue(_palette) switch
    {
        null => null,
        var name when _names.Contains(name) => PPLCNet.Vision.Labels.Palette.Named(name),
        var path when File.Exists(path) => PPLCNet.Vision.Labels.Palette.Read(path),
        var other => throw CliException.Usage(
            $"--palette takes {string.Join(", ", _names)} or a file of colours; found '{other}'."),
    };
}
