using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;

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
        Description = "Model that finds the regions.", DefaultValueFactory = _ => Detector.LayoutModel, HelpName = "NAME|PATH",
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
        var options = _flags!.Read(parse, run.Model);
        var plain = parse.GetValue(_text);
        if (parse.GetValue(_layout) && (parse.GetValue(_task) != "full" || options.PageOrientation))
        {
            throw CliException.Usage("--layout goes with --task full and upright pages, not with --page-orientation.");
        }

        var load = _flags.Load(parse, run.Model, run.Runtime);
        switch (parse.GetValue(_task))
        {
            case "det":
                var detector = _flags.LoadDetector(parse, run.Model, run.Runtime);
                return new OcrJob(detector, plain, (image, token) =>
                {
                    var found = detector.Detect(image, null, token);
                    var boxes = ReadingOrder.Sort(found).Select(b => new OcrLine("", b.Score, b.Quad, []));
                    return PageReading.Of(new OcrResult([.. boxes], 0, found.Timings) { Notes = OcrNotes.Of(found, detector.Defaults) });
                });
            case "rec":
                var reader = LineReader.Load(OcrModelParts.Of(run.Model).NeedRecognizer(), load);
                return new OcrJob(reader, plain, (image, token) => PageReading.Of(reader.Read(image, options, token)));
            default:
                var engine = OcrEngine.Load(run.Model, load, options);
                if (!parse.GetValue(_layout))
                {
                    return new OcrJob(engine, plain, (image, token) => PageReading.Of(engine.Read(image, null, token)));
                }

                using (var layout = Detector.Load(parse.GetValue(_layoutModel)!, new ModelOptions { Runtime = run.Runtime }))
                {
                    var page = new LayoutReader(engine, layout.With(new DetectionOptions { Agnostic = true }));
                    return new OcrJob(page, plain, page.Read);
                }
        }
    }
}
