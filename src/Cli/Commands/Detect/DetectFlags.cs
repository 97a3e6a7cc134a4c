using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>The flags that say how objects are found.</summary>
internal sealed class DetectFlags(Command command)
{
    // What people see unless they say otherwise. Models for mean average precision answer down to .025, which is noise to a
    // reader.
    private const float ShownByDefault = 0.4f;
    private const int LeastSide = 32;

    private readonly Option<float?> _score =
        Fraction(command, "--score", "Only objects above this score; the default is the model's own (and 0.4 in text and drawings).");

    private readonly Option<float?> _iou = Fraction(command, "--iou", "Of two boxes that overlap more than this, the weaker goes.");
    private readonly Option<bool> _agnostic = command.Switch("--agnostic", "Boxes suppress those of other classes too.");
    private readonly Option<string?> _method = command.Text(
        "--nms", "What becomes of a box that overlaps a better one: hard drops it, soft-linear and soft-gaussian lower its score.")
        .Default("hard").OneOf("hard", "soft-linear", "soft-gaussian");

    private readonly Option<bool> _bestClass = command.Switch("--best-class", "Report each place under its best class only.");
    private readonly Option<int> _limit =
        command.Flag<int>("--max", "Most objects of an image.", "N").Default(100).Must(n => n >= 1, "must be at least 1");

    private readonly Option<string?> _classes = command.Text("--classes", "Only these classes, separated by commas.", "A,B");
    private readonly Option<PixelSize?> _tile = command
        .Flag<PixelSize?>("--tile", "Look at overlapping tiles of this size too, for small objects in large images.", "WxH")
        .Read($"WxH with sides of at least {LeastSide}, for example 640x640", text =>
            PixelSize.TryParse(text, out var size) && size.Width >= LeastSide && size.Height >= LeastSide ? size : null);

    private readonly Option<float?> _inside = Fraction(
        command, "--tile-inside", "A box goes of which more than this part lies in a larger, better one from another tile; the default is 0.8, and 1 keeps all.");

    private readonly Option<bool> _clip = command.Switch("--clip", "Cut boxes to the image.");

    /// <summary>Loads the detector that the flags describe.</summary>
    public IObjectDetector Load(ParseResult parse, string model, RuntimeOptions runtime)
    {
        using var loaded = Detector.Load(model, new ModelOptions { Runtime = runtime });
        var detector = loaded.With(new DetectionOptions
        {
            ScoreThreshold = parse.GetValue(_score),
            IouThreshold = parse.GetValue(_iou),
            Agnostic = parse.GetValue(_agnostic),
            Classes = parse.GetValue(_classes)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Clip = parse.GetValue(_clip),
            Method = Enum.Parse<NmsMethod>(parse.GetValue(_method)!.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            BestClassOnly = parse.GetValue(_bestClass),
            MaxObjects = parse.GetValue(_limit),
        });
        if (parse.GetValue(_tile) is not { } tile)
        {
            return detector;
        }

        var tiles = new TiledDetectorOptions { Width = tile.Width, Height = tile.Height };
        return new TiledDetector(detector, parse.GetValue(_inside) is { } inside ? tiles with { Inside = inside } : tiles);
    }

    /// <summary>Score above which objects are shown to people.</summary>
    public float Shown(ParseResult parse) => parse.GetValue(_score) ?? ShownByDefault;

    private static Option<float?> Fraction(Command command, string name, string description) =>
        command.Flag<float?>(name, description, "0..1").Must(value => value is >= 0 and <= 1, "must lie between 0 and 1");
}
