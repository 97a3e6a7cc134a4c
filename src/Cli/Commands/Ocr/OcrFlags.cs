using PPLCNet.Vision.Files;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Cli.Commands.Ocr;

/// <summary>The flags that say how text is read, shared by <c>ocr</c> and its evaluations.</summary>
internal sealed class OcrFlags(Command command)
{
    private readonly Option<bool> _words = command.Switch("--words", "Cut lines into words with places of their own.");
    private readonly Option<float> _minScore = command.Flag<float>(
        "--min-score", "Drop lines below this score, 0 to 1.", "S").Default(0.5f)
        .Must(score => score is >= 0 and <= 1, "must lie between 0 and 1");

    private readonly Option<string?> _lexicon =
        command.Text("--lexicon", "Only texts of this file may be read, one a line.", "FILE");
    private readonly Option<int?> _beam =
        command.Flag<int?>("--beam", "Search with this many prefixes instead of greedily.", "N").Must(n => n >= 1, "must be at least 1");

    private readonly Option<string?> _dictionary =
        command.Text("--dictionary", "The recogniser's keys, one a line, instead of its own.", "FILE");

    private readonly Option<string?> _lineOrientation =
        command.Text("--line-orientation", "Model that finds lines standing on their head, or off.", "NAME|off");

    private readonly Option<bool> _pageOrientation = command.Switch("--page-orientation", "Turn a page upright first.");
    private readonly DetectorFlags _detector = new(command);

    /// <summary>What the flags say of each call, for <paramref name="model"/>.</summary>
    public OcrOptions Read(ParseResult parse, string model) => new()
    {
        MinScore = parse.GetValue(_minScore),
        Words = parse.GetValue(_words),
        Lexicon = parse.GetValue(_lexicon) is { } lexicon ? [.. Lines(lexicon).Where(l => l.Length > 0)] : null,
        Beam = parse.GetValue(_beam) is { } width ? new CtcBeamOptions { Width = width } : null,
        LineOrientation = parse.GetValue(_lineOrientation) != "off",
        PageOrientation = parse.GetValue(_pageOrientation),
        Detection = _detector.Settings(parse, model),
    };

    /// <summary>How the flags want the models loaded.</summary>
    public OcrEngineOptions Load(ParseResult parse, string model, RuntimeOptions runtime) => new()
    {
        Runtime = runtime,
        Dictionary = parse.GetValue(_dictionary) is { } dictionary ? Lines(dictionary) : null,
        LineOrientationModel = parse.GetValue(_lineOrientation),
        DetectionPreprocess = _detector.Input(parse, model),
    };

    /// <summary>Loads the detector alone, with the constants of the flags.</summary>
    public TextDetector LoadDetector(ParseResult parse, string model, RuntimeOptions runtime)
    {
        var options = new ModelOptions { Runtime = runtime, Preprocess = _detector.Input(parse, model) };
        using var detector = TextDetector.Load(OcrModelParts.Of(model).NeedDetector(), options);
        return detector.With(_detector.Settings(parse, model) ?? detector.Defaults);
    }

    /// <summary>Most memory that one image in work takes.</summary>
    public long BytesAWorker(ParseResult parse) => _detector.BytesAWorker(parse);

    // Lines are cut at line feeds only and never trimmed: U+3000 and U+2028 may be keys.
    private static IReadOnlyList<string> Lines(string path) => CharacterSet.SplitLines(Utf8File.ReadAllText(path));
}
