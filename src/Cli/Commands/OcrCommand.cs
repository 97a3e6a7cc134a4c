using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Detection;
using PPLCNet.Vision.Ocr.Layout;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet ocr INPUT...</c>: the text of pictures, with places and scores.</summary>
internal sealed class OcrCommand : ImageCommand<OcrResult>
{
    private readonly Option<string> _task = new("--task")
    {
        Description = "full reads text; det only finds it; rec takes each input as one text line.",
        DefaultValueFactory = _ => "full",
        HelpName = "full|det|rec",
    };

    private readonly Option<bool> _text = new("--text") { Description = "Print only the text, in reading order." };
    private OcrFlags? _flags;

    /// <summary>Makes the command.</summary>
    public OcrCommand()
        : base("ocr", "Read the text in pictures.", OcrEngine.DefaultModel)
    {
        _task.AcceptOnlyFromAmong("full", "det", "rec");
    }

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        command.Options.Add(_task);
        command.Options.Add(_text);
        _flags = new OcrFlags(command);
    }

    /// <inheritdoc/>
    protected override ImageJob<OcrResult> Open(ParseResult parse, ImageRun run)
    {
        var options = _flags!.Read(parse, run.Model, run.Runtime);
        var plain = parse.GetValue(_text);
        var parts = OcrModelParts.Of(run.Model);
        switch (parse.GetValue(_task))
        {
            case "det":
                var detector = TextDetector.Load(parts.NeedDetector(), options.Runtime, options.Detection, options.DetectionInput);
                return new OcrJob(detector, plain, (image, token) =>
                {
                    var boxes = ReadingOrder.Sort(detector.Detect(image, out var timings, token));
                    return new OcrResult([.. boxes.Select(b => new OcrLine("", b.Score, b.Quad, []))], 0, timings);
                });
            case "rec":
                var reader = LineReader.Load(parts.NeedRecognizer(), options);
                return new OcrJob(reader, plain, (image, token) =>
                {
                    var line = reader.Read(image, out var timings, token);
                    return new OcrResult([line], 0, timings);
                });
            default:
                var engine = OcrEngine.Load(run.Model, options);
                return new OcrJob(engine, plain, (image, token) => engine.Read(image, token));
        }
    }
}
