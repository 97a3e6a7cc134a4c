using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet ocr INPUT...</c>: the text of images, with places and scores.</summary>
internal static class OcrCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("ocr", "Read the text in images.");
        var task = command.Text(
            "--task", "full reads text; det only finds it; rec takes each input as one text line.", "full|det|rec")
            .Default("full").OneOf("full", "det", "rec");
        var plain = command.Switch("--text", "Print only the text, in reading order.");
        var layout =
            command.Switch("--layout", "Find the regions of the page (text, title, table, ...) and read it region by region.");
        var layoutModel =
            command.Text("--layout-model", "Model that finds the regions.", "NAME|PATH").Default(Detector.LayoutModel);
        var flags = new OcrFlags(command);

        ImageJob<PageReading> Open(ParseResult parse, ImageRun run)
        {
            var options = flags.Read(parse, run.Model);
            var regions = parse.GetValue(layout);
            if (regions && (parse.GetValue(task) != "full" || options.PageOrientation))
            {
                throw CliException.Usage("--layout goes with --task full and upright pages, not with --page-orientation.");
            }

            var load = flags.Load(parse, run.Model, run.Runtime);
            switch (parse.GetValue(task))
            {
                case "det":
                    var detector = flags.LoadDetector(parse, run.Model, run.Runtime);
                    return Job(parse.GetValue(plain), detector, (image, token) => PageReading.Of(Find(detector, image, token)));
                case "rec":
                    var reader = LineReader.Load(OcrModelParts.Of(run.Model).NeedRecognizer(), load);
                    return Job(parse.GetValue(plain), reader, (image, token) => PageReading.Of(reader.Read(image, options, token)));
                default:
                    var engine = OcrEngine.Load(run.Model, load, options);
                    if (!regions)
                    {
                        return Job(parse.GetValue(plain), engine, (image, token) => PageReading.Of(engine.Read(image, null, token)));
                    }

                    using (var finder = Detector.Load(parse.GetValue(layoutModel)!, new ModelOptions { Runtime = run.Runtime }))
                    {
                        var page = new LayoutReader(engine, finder.With(new DetectionOptions { Agnostic = true }));
                        return Job(parse.GetValue(plain), page, page.Read);
                    }
            }
        }

        return command.OverImages(
            OcrEngine.DefaultModel, Open, bytesAWorker: parse => parse.GetValue(task) == "rec" ? 0 : flags.BytesAWorker(parse));
    }

    private static ImageJob<PageReading> Job(bool plain, IDisposable model, Func<PixelBuffer, CancellationToken, PageReading> read) => new(model)
    {
        Run = read,
        WriteJson = (json, value) => value.WriteJson(json),
        WriteText = answer => WriteText(answer, plain),
        Draw = (image, value) => value.Draw(image),
    };

    private static OcrResult Find(TextDetector detector, PixelBuffer image, CancellationToken cancellationToken)
    {
        var found = detector.Detect(image, null, cancellationToken);
        var boxes = ReadingOrder.Sort(found).Select(b => new OcrLine("", b.Score, b.Quad, []));
        return new OcrResult([.. boxes], 0, found.Timings) { Notes = OcrNotes.Of(found, detector.Defaults) };
    }

    private static void WriteText(ImageAnswer<PageReading> answer, bool plain)
    {
        var page = answer.Value;
        var text = page.Text;
        Terminal.Warn(text.Notes.Select(note => $"{answer.Input.Path}: {note}."));
        if (plain)
        {
            Terminal.Lines(text.Lines.Select(l => l.Text));
            return;
        }

        var turn = text.PageTurn == 0 ? "" : $", page turned by {text.PageTurn} degrees";
        var count = text.Lines.Count;
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}, {count} {(count == 1 ? "line" : "lines")}{turn}, {answer.Timings.Total:0} ms");
        var region = -1;
        for (var i = 0; i < count; i++)
        {
            var line = text.Lines[i];
            if (page.RegionOfLine.Count > 0 && page.RegionOfLine[i] != region)
            {
                region = page.RegionOfLine[i];
                Terminal.Line(region < 0 ? "  -- outside" : $"  -- {page.Regions[region].Class} {page.Regions[region].Score:0.00}");
            }

            var corner = $"({line.Quad.TopLeft.X:0}, {line.Quad.TopLeft.Y:0})";
            var words = line.Words.Count > 0 ? string.Join(" | ", line.Words.Select(w => w.Text)) : line.Text;
            Terminal.Line($"  {line.Score:0.000}  {corner,-12}  {words}");
        }

        var read = page.RegionOfLine.ToHashSet();
        Terminal.Lines(page.Regions.Where((_, i) => !read.Contains(i)).Select(silent =>
            $"  -- {silent.Class} {silent.Score:0.00} at ({silent.Box.X0:0}, {silent.Box.Y0:0}) - ({silent.Box.X1:0}, {silent.Box.Y1:0}), no text"));
    }
}
