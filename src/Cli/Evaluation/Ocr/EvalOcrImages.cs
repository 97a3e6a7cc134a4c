using System.CommandLine;
using System.Diagnostics;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Reports;

namespace PPLCNet.Vision.Cli.Evaluation.Ocr;

/// <summary>What the evaluations over whole images share: images with ICDAR truth, and a model or the results of one.</summary>
internal abstract class EvalOcrImages(string name, string description) : EvalKind(name, description)
{
    private const int ShownImages = 24;

    private readonly Option<string> _images = new("--images") { Description = "Folder of images.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _truth = new("--gt") { Description = "Folder of ICDAR files, gt_STEM.txt or STEM.txt.", Required = true, HelpName = "DIR" };
    private readonly Option<string?> _pred = new("--pred") { Description = "Results: a folder of ICDAR files, or JSON lines of `ocr`; without it a model reads.", HelpName = "DIR|FILE" };
    private OcrFlags? _flags;
    private RuntimeFlags? _runtime;

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        command.Options.Add(_images);
        command.Options.Add(_truth);
        command.Options.Add(_pred);
        _flags = new OcrFlags(command);
        _runtime = new RuntimeFlags(command, OcrEngine.DefaultModel);
    }

    /// <summary>Opens the model: how to find the polygons of an image, and what to free afterwards.</summary>
    protected abstract (IDisposable Model, Func<PixelBuffer, CancellationToken, OcrResult> Read) Open(ParseResult parse, OcrFlags flags, string model);

    /// <summary>Loads the whole engine that the flags describe.</summary>
    protected OcrEngine LoadEngine(ParseResult parse, OcrFlags flags, string model) =>
        OcrEngine.Load(model, flags.Load(parse, model, Runtime(parse)), flags.Read(parse, model));

    /// <summary>Threads and provider.</summary>
    protected RuntimeOptions Runtime(ParseResult parse) => _runtime!.Runtime(parse);

    /// <summary>
    /// Evaluates every image of the shard; <paramref name="judge"/> gets truth and results in order and says what went wrong.
    /// </summary>
    /// <returns>CPU seconds of this process for one image where a model read, and what draws the report.</returns>
    protected (double? CpuSeconds, Action<HtmlPage> Report) ForEach(
        ParseResult parse, EvalRun run, Func<IReadOnlyList<TextPolygon>, IReadOnlyList<TextPolygon>, string> judge)
    {
        var folder = parse.GetValue(_truth)!;
        var items = new InputList([parse.GetValue(_images)!], Shard.Whole).Items().ToList();
        if (items.Select(i => i.Error).FirstOrDefault(e => e is not null) is { } error)
        {
            throw error; // no images, or a folder that cannot be searched
        }

        var model = _runtime!.Model(parse);
        var images = new List<(string Path, IReadOnlyList<TextPolygon> Truths, IReadOnlyList<TextPolygon> Results, string Verdict)>();
        void Accept((InputItem Item, IReadOnlyList<TextPolygon> Results) answer)
        {
            var stem = Path.GetFileNameWithoutExtension(answer.Item.Path);
            var truths = IcdarFile.Read(IcdarFile.Find(folder, stem)
                ?? throw new DataFormatException($"'{folder}': expected a file for '{answer.Item.Name}' (gt_{stem}.txt), found none."));
            var verdict = judge(truths, answer.Results);
            if (images.Count < ShownImages)
            {
                images.Add((answer.Item.Path, truths, answer.Results, verdict));
            }
        }

        double? cpu = null;
        if (parse.GetValue(_pred) is { } predicted)
        {
            var find = OcrPredictions.ReadPolygons(predicted, _flags!.Read(parse, model).Words);
            run.ForEach(items, 1, (item, _) => (item, find(Path.GetFileNameWithoutExtension(item.Path))), Accept);
        }
        else
        {
            var (engine, read) = Open(parse, _flags!, model);
            using (engine)
            {
                var start = Process.GetCurrentProcess().TotalProcessorTime;
                var workers = _runtime.Workers(parse, bytesAWorker: _flags!.BytesAWorker(parse));
                run.ForEach(items, workers, (item, token) => (item, Polygons(read(ImageFile.Read(item.Path), token))), Accept);
                cpu = (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds / Math.Max(1, run.Shard.CountOf(items.Count));
            }
        }

        return (cpu, page => Draw(page, images));
    }

    private static IReadOnlyList<TextPolygon> Polygons(OcrResult result) =>
        [.. result.Lines.SelectMany(l => l.Words.Count > 0
            ? l.Words.Select(w => new TextPolygon(w.Quad.ToArray(), w.Text))
            : [new TextPolygon(l.Quad.ToArray(), l.Text)])];

    private static void Draw(
        HtmlPage page,
        List<(string Path, IReadOnlyList<TextPolygon> Truths, IReadOnlyList<TextPolygon> Results, string Verdict)> images)
    {
        page.Heading($"First {images.Count} images: truth green (grey where it does not count), results red");
        foreach (var (path, truths, results, verdict) in images)
        {
            using var canvas = new Canvas(ImageFile.Read(path));
            foreach (var truth in truths)
            {
                canvas.Polygon([.. truth.Corners], truth.IsDontCare ? new Color(150, 150, 150) : new Color(0, 200, 0));
            }

            foreach (var result in results)
            {
                canvas.Polygon([.. result.Corners], new Color(230, 0, 0));
            }

            var stem = System.IO.Path.GetFileNameWithoutExtension(path);
            page.Image($"images/{stem}.jpg", canvas.ToPixelBuffer(), $"{stem}: {verdict}");
        }
    }
}
