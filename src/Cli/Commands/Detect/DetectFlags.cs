using System.CommandLine;
using System.CommandLine.Parsing;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>The flags that say how objects are found.</summary>
internal sealed class DetectFlags
{
    // What people see unless they say otherwise. Models for mean average precision answer down to .025, which is noise to a
    // reader.
    private const float ShownByDefault = 0.4f;

    private readonly Option<float?> _score = Fraction("--score", "Only objects above this score; the default is the model's own (and 0.4 in text and drawings).");
    private readonly Option<float?> _iou = Fraction("--iou", "Of two boxes that overlap more than this, the weaker goes.");
    private readonly Option<bool> _agnostic = new("--agnostic") { Description = "Boxes suppress those of other classes too." };
    private readonly Option<string?> _classes = new("--classes") { Description = "Only these classes, separated by commas.", HelpName = "A,B" };
    private readonly Option<TileSize?> _tile = new("--tile")
    {
        Description = "Look at overlapping tiles of this size too, for small objects in large images.",
        HelpName = "WxH",
        CustomParser = ParseSize,
    };

    private readonly Option<float?> _inside = Fraction(
        "--tile-inside", "A box goes of which more than this part lies in a larger, better one from another tile; the default is 0.8, and 1 keeps all.");

    private readonly SuppressionFlags _suppression;
    private readonly Option<bool> _clip = new("--clip") { Description = "Cut boxes to the image." };

    /// <summary>Adds the flags.</summary>
    public DetectFlags(Command command)
    {
        command.Options.Add(_score);
        command.Options.Add(_iou);
        command.Options.Add(_agnostic);
        _suppression = new SuppressionFlags(command);
        command.Options.Add(_classes);
        command.Options.Add(_tile);
        command.Options.Add(_inside);
        command.Options.Add(_clip);
    }

    /// <summary>Loads the detector that the flags describe.</summary>
    public IObjectDetector Load(ParseResult parse, string model, RuntimeOptions runtime)
    {
        using var loaded = Detector.Load(model, new ModelOptions { Runtime = runtime });
        var detector = loaded.With(_suppression.Apply(parse, new DetectionOptions
        {
            ScoreThreshold = parse.GetValue(_score),
            IouThreshold = parse.GetValue(_iou),
            Agnostic = parse.GetValue(_agnostic),
            Classes = parse.GetValue(_classes)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Clip = parse.GetValue(_clip),
        }));
        return parse.GetValue(_tile) is { } tile
            ? new TiledDetector(detector, Tiles(parse, tile))
            : detector;
    }

    private TiledDetectorOptions Tiles(ParseResult parse, TileSize tile)
    {
        var options = new TiledDetectorOptions { Width = tile.Width, Height = tile.Height };
        return parse.GetValue(_inside) is { } inside ? options with { Inside = inside } : options;
    }

    /// <summary>Score above which objects are shown to people.</summary>
    public float Shown(ParseResult parse) => parse.GetValue(_score) ?? ShownByDefault;

    private static Option<float?> Fraction(string name, string description)
    {
        var option = new Option<float?>(name) { Description = description, HelpName = "0..1" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<float?>() is { } value && value is not (>= 0 and <= 1))
            {
                result.AddError($"{name} must lie between 0 and 1.");
            }
        });
        return option;
    }

    private static TileSize? ParseSize(ArgumentResult argument)
    {
        var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (text.Split('x') is [var w, var h] && int.TryParse(w, out var width) && int.TryParse(h, out var height) && width >= 32 && height >= 32)
        {
            return new TileSize(width, height);
        }

        argument.AddError($"--tile takes WxH with sides of at least 32, for example 640x640; found '{text}'.");
        return null;
    }

    private sealed record TileSize(int Width, int Height);
}
