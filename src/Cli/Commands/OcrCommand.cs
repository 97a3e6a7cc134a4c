using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet ocr INPUT...</c>: the text of images, with places and scores.</summary>
internal sealed class OcrCommand : ImageCommand<PageReading>
{
    private readonly Option<string> _task = new("--task")
    {
        Description = "full reads text; det only finds it; rec takes each input as one text line.",
        DefaultValueFactory = _ => "full",
        HelpName = "full|det|rec",
    };

    private readonly Option<bool> _text = new("--text") { Description = "Print only the text, in reading order." };
    private readonly Option<bool> _layout = new("--layout") { Description = "Find the regions of the page (text, title, table, ...) and read it region by region." };
    private readonly Option<string> _layoutModel = new("--layout-model")
    {
        Description = "Model that finds the regions.", DefaultValueFactory = _ => Detector.DefaultModel, HelpName = "NAME|PATH",
    };

    private OcrFlags? _flags;

    /// <summary>Makes the command.</summary>
    public OcrCommand()
        : base("ocr", "Read the text in images.", OcrEngine.DefaultModel)
    {
        _task.AcceptOnlyFromAmong("full", "det", "rec");
    }

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        command.Options.Add(_task);
        command.Options.Add(_text);
        command.Options.Add(_layout);
        command.Options.Add(_layoutModel);
        _flags = new OcrFlags(command);
    }

    /// <inheritdoc/>
    protected override long BytesAWorker(ParseResult parse) => parse.GetValue(_task) == "rec" ? 0 : _flags!.BytesAWorker(parse);

    /// <inheritdoc/>
    protected override ImageJob<PageReading> Open(ParseResult parse, ImageRun run)
    {
        var options = _flags!.Read(parse, run.Model, run.Runtime);
        var plain = parse.GetValue(_text);
        if (parse.GetValue(_layout) && (parse.GetValue(_task) != "full" || options.PageOrientation))
        {
            throw CliException.Usage("--layout goes with --task full and upright pages, not with --page-orientation.");
        }

        var parts = OcrModelParts.Of(run.Model);
        switch (parse.GetValue(_task))
        {
            case "det":
                var detector = TextDetector.Load(parts.NeedDetector(), options.Runtime, options.Detection, options.DetectionInput);
                return new OcrJob(detector, plain, (image, token) =>
                {
                    var found = detector.Find(image, token);
                    var boxes = ReadingOrder.Sort(found.Boxes).Select(b => new OcrLine("", b.Score, b.Quad, []));
                    var notes = OcrNotes.Of(found, detector.Settings);
                    return PageReading.Of(new OcrResult([.. boxes], 0, found.Timings) { Notes = notes });
                });
            case "rec":
                var reader = LineReader.Load(parts.NeedRecognizer(), options);
                return new OcrJob(reader, plain, (image, token) =>
                {
                    var line = reader.Read(image, out var timings, token);
                    return PageReading.Of(new OcrResult([line], 0, timings));
                });
            default:
                var engine = OcrEngine.Load(run.Model, options);
                if (!parse.GetValue(_layout))
                {
                    return new OcrJob(engine, plain, (image, token) => PageReading.Of(engine.Read(image, token)));
                }

                var layout = Detector.Load(parse.GetValue(_layoutModel)!, new DetectorOptions { Runtime = run.Runtime, Agnostic = true });
                var page = new LayoutReader(engine, layout);
                return new OcrJob(page, plain, page.Read);
        }
    }
}
