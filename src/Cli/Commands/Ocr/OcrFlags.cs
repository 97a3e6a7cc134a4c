using System.CommandLine;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Recognition;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Commands.Ocr;

/// <summary>The flags that say how text is read, shared by <c>ocr</c> and its evaluations.</summary>
internal sealed class OcrFlags
{
    private readonly Option<bool> _words = new("--words") { Description = "Cut lines into words with places of their own." };
    private readonly Option<float> _minScore = new("--min-score") { Description = "Drop lines below this score, 0 to 1.", DefaultValueFactory = _ => 0.5f, HelpName = "S" };
    private readonly Option<string?> _lexicon = new("--lexicon") { Description = "Only texts of this file may be read, one a line.", HelpName = "FILE" };
    private readonly Option<int?> _beam = new("--beam") { Description = "Search with this many prefixes instead of greedily.", HelpName = "N" };
    private readonly Option<string?> _dictionary = new("--dictionary") { Description = "The recogniser's keys, one a line, instead of its own.", HelpName = "FILE" };
    private readonly Option<string?> _lineOrientation = new("--line-orientation")
    {
        Description = "Model that finds lines standing on their head, or off.", HelpName = "NAME|off",
    };

    private readonly Option<bool> _pageOrientation = new("--page-orientation") { Description = "Turn a page upright first." };
    private readonly DetectorFlags _detector;

    /// <summary>Adds the flags.</summary>
    public OcrFlags(Command command)
    {
        command.Options.Add(_words);
        command.Options.Add(_minScore);
        command.Options.Add(_lexicon);
        command.Options.Add(_beam);
        command.Options.Add(_dictionary);
        command.Options.Add(_lineOrientation);
        command.Options.Add(_pageOrientation);
        _detector = new DetectorFlags(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_beam) is < 1)
            {
                result.AddError("--beam must be at least 1.");
            }

            if (result.GetValue(_minScore) is not (>= 0 and <= 1))
            {
                result.AddError("--min-score must lie between 0 and 1.");
            }
        });
    }

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
    private static IReadOnlyList<string> Lines(string path) => CharacterSet.SplitLines(InputFile.ReadAllText(path));
}
