using System.Diagnostics;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Reports.Ocr;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>eval ocr-rec</c>, <c>eval ocr-det</c> and <c>eval ocr</c>: lines, places, and whole images.</summary>
internal static class EvalOcr
{
    /// <summary>Text lines against their labels.</summary>
    public static EvalKind Recognition { get; } = new(
        "ocr-rec",
        "Recognition of text lines: accuracy, edit distance (as PP-OCR and plain), character error rate.",
        DefineRecognition,
        states =>
        {
            var score = new RecognitionScore();
            foreach (var state in states)
            {
                score.Merge(RecognitionScore.ReadState(state));
            }

            return new EvalOutcome(score.Summarize(), score.WriteState);
        });

    /// <summary>Where text was found, against ICDAR quads.</summary>
    public static EvalKind Detection { get; } = new(
        "ocr-det",
        "Text detection: one to one at IoU above 0.5, with don't-care regions (ICDAR).",
        command => DefineImages(command, findsOnly: true, (truths, results) =>
        {
            var score = DetectionScore.Of(truths, results);
            return (new OcrScore { Found = score }, $"{score.Matched} of {score.Truths} found, {score.Detections} results");
        }),
        states => Found(states.Aggregate(new DetectionScore(), (sum, state) => sum + DetectionScore.ReadState(state))));

    /// <summary>What was read and where, against ICDAR quads with texts.</summary>
    public static EvalKind EndToEnd { get; } = new(
        "ocr",
        "Text end to end: found as in ocr-det, and read alike in letters and digits.",
        command => DefineImages(command, findsOnly: false, (truths, results) =>
        {
            var score = OcrScore.Of(truths, results);
            return (score, $"{score.Alike} of {score.Found.Truths} read, {score.Found.Matched} found, {score.Found.Detections} results");
        }),
        states => Read(states.Aggregate(new OcrScore(), (sum, state) => sum + OcrScore.ReadState(state))));

    private static EvalOutcome Found(DetectionScore score) => new(score.Summarize(), score.WriteState);

    private static EvalOutcome Read(OcrScore score) => new(score.Summarize(), score.WriteState);

    private static Func<ParseResult, EvalRun, EvalOutcome> DefineRecognition(Command command)
    {
        var labels = command.Text("--labels", "Truth: path, tab or space, text on each line.", "FILE", required: true);
        var pred = command.Text(
            "--pred", "What was read, in the same form or as JSON lines of `ocr --task rec`; without it a model reads.", "FILE");
        var limit = command.Flag<int?>("--limit", "Only the first N lines.", "N");
        var flags = new OcrFlags(command);
        var runtime = new RuntimeFlags(command, OcrEngine.DefaultModel);
        return (parse, run) =>
        {
            var path = parse.GetValue(labels)!;
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var lines = LabelFile.Read(path);
            if (lines.Count == 0)
            {
                throw new DataFormatException($"'{path}': expected lines of path and text, found none.");
            }

            lines = parse.GetValue(limit) is { } most ? [.. lines.Take(most)] : lines;
            var score = new RecognitionScore();
            var errors = new List<(string Path, string Truth, string Read)>();
            void Accept((LabelledLine Label, string Read) answer)
            {
                if (!score.Add(answer.Read, answer.Label.Text) && errors.Count < OcrReport.ShownErrors)
                {
                    errors.Add((Path.Combine(folder, answer.Label.Path), answer.Label.Text, answer.Read));
                }
            }

            if (parse.GetValue(pred) is { } predicted)
            {
                var texts = OcrPredictions.ReadTexts(predicted);
                run.ForEach(lines, 1, (line, _) => (line, texts.Find(line.Path)), Accept);
            }
            else
            {
                var model = runtime.Model(parse);
                using var reader = LineReader.Load(OcrModelParts.Of(model).NeedRecognizer(), flags.Load(parse, model, runtime.Runtime(parse)));
                var options = flags.Read(parse, model);
                run.ForEach(
                    lines,
                    runtime.Workers(parse),
                    (line, token) => (line, reader.Read(Path.Combine(folder, line.Path), options, token).Text),
                    Accept);
            }

            return new EvalOutcome(score.Summarize(), score.WriteState) { WriteReport = page => OcrReport.WriteLines(page, errors) };
        };
    }

    private static Func<ParseResult, EvalRun, EvalOutcome> DefineImages(
        Command command,
        bool findsOnly,
        Func<IReadOnlyList<TextPolygon>, IReadOnlyList<TextPolygon>, (OcrScore Score, string Verdict)> judge)
    {
        var images = command.Text("--images", "Folder of images.", "DIR", required: true);
        var gt = command.Text("--gt", "Folder of ICDAR files, gt_STEM.txt or STEM.txt.", "DIR", required: true);
        var pred = command.Text(
            "--pred", "Results: a folder of ICDAR files, or JSON lines of `ocr`; without it a model reads.", "DIR|FILE");
        var flags = new OcrFlags(command);
        var runtime = new RuntimeFlags(command, OcrEngine.DefaultModel);
        return (parse, run) =>
        {
            var items = new InputList([parse.GetValue(images)!], Shard.Whole).Items().ToList();
            if (items.Select(i => i.Error).FirstOrDefault(e => e is not null) is { } error)
            {
                throw error; // no images, or a folder that cannot be searched
            }

            var model = runtime.Model(parse);
            var (sum, shown) = (new OcrScore(), new List<OcrReportImage>());
            void Accept((InputItem Item, IReadOnlyList<TextPolygon> Results) answer)
            {
                var truths = IcdarFile.ReadFor(parse.GetValue(gt)!, answer.Item.Path);
                var (score, verdict) = judge(truths, answer.Results);
                sum += score;
                if (shown.Count < OcrReport.ShownImages)
                {
                    shown.Add(new OcrReportImage(answer.Item.Path, truths, answer.Results, verdict));
                }
            }

            double? cpu = null;
            if (parse.GetValue(pred) is { } predicted)
            {
                var find = OcrPredictions.ReadPolygons(predicted, flags.Read(parse, model).Words);
                run.ForEach(items, 1, (item, _) => (item, find(Path.GetFileNameWithoutExtension(item.Path))), Accept);
            }
            else
            {
                // Words need the recognizer: its columns say where they end.
                var (options, machine) = (flags.Read(parse, model), runtime.Runtime(parse));
                using IDisposable reader = findsOnly && !options.Words
                    ? flags.LoadDetector(parse, model, machine)
                    : OcrEngine.Load(model, flags.Load(parse, model, machine), options);
                var start = Process.GetCurrentProcess().TotalProcessorTime;
                var workers = runtime.Workers(parse, bytesAWorker: flags.BytesAWorker(parse));
                run.ForEach(items, workers, (item, token) => (item, Polygons(reader, ImageFile.Read(item.Path), token)), Accept);
                cpu = (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds / Math.Max(1, run.Shard.CountOf(items.Count));
            }

            var outcome = findsOnly ? Found(sum.Found) : Read(sum);
            _ = cpu is { } seconds ? outcome.Summary.Add("cpu_seconds_per_image", seconds) : null;
            return outcome with { WriteReport = page => OcrReport.WriteImages(page, shown) };
        };
    }

    private static IReadOnlyList<TextPolygon> Polygons(IDisposable reader, PixelBuffer image, CancellationToken token) =>
        reader is TextDetector detector
            ? [.. detector.Detect(image, null, token).Select(b => new TextPolygon(b.Quad.ToArray(), ""))]
            : [.. ((OcrEngine)reader).Read(image, null, token).Lines.SelectMany(l => l.Words.Count > 0
                ? l.Words.Select(w => new TextPolygon(w.Quad.ToArray(), w.Text))
                : [new TextPolygon(l.Quad.ToArray(), l.Text)])];
}
