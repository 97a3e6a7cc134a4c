using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PPLCNet.Vision.Cli.Evaluation.Coco;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Evaluation.Detection;

/// <summary><c>eval detector</c>: a detector on images with COCO truth, COCO's twelve numbers.</summary>
internal sealed class EvalDetector() : EvalKind("detector", "A detector against COCO truth: average precision and recall of boxes.")
{
    // Mean average precision wants every box; the published figures are measured from this score on.
    private const float DefaultScore = 0.025f;

    private readonly Option<string> _images = new("--images") { Description = "Folder of the images that the truth names.", HelpName = "DIR", Required = true };
    private readonly Option<string> _truth = new("--gt") { Description = "COCO instances file.", HelpName = "GT.json", Required = true };
    private readonly Option<float> _score = new("--score") { Description = "Only objects above this score.", DefaultValueFactory = _ => DefaultScore, HelpName = "0..1" };
    private readonly Option<float?> _iou = new("--iou") { Description = "Of two boxes that overlap more than this, the weaker goes; the default is the model's.", HelpName = "0..1" };
    private readonly CocoReportFlags _report = new();
    private readonly Option<string?> _results = new("--coco") { Description = "Write the detections as COCO results into this file too.", HelpName = "OUT.json" };
    private RuntimeFlags? _runtime;

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        command.Options.Add(_images);
        command.Options.Add(_truth);
        command.Options.Add(_score);
        command.Options.Add(_iou);
        command.Options.Add(_results);
        _report.AddTo(command, hasImages: true);
        _runtime = new RuntimeFlags(command, "picodet-xs-320-coco");
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var truth = CocoGroundTruth.Load(parse.GetValue(_truth)!);
        var folder = parse.GetValue(_images)!;
        using var detector = Detector.Load(_runtime!.Model(parse), new DetectorOptions
        {
            ScoreThreshold = parse.GetValue(_score),
            IouThreshold = parse.GetValue(_iou),
            Runtime = _runtime.Runtime(parse),
        });
        CheckCategories(detector, truth);
        var found = new List<(long Id, Detections Detections)>();
        var sum = default(StageTimings);
        run.ForEach(
            truth.Images,
            _runtime.Workers(parse),
            (image, token) => (image.Id, Detections: detector.Detect(ImageFile.Read(Path.Combine(folder, image.FileName)), out var timings, token), Timings: timings),
            result =>
            {
                found.Add((result.Id, result.Detections));
                sum += result.Timings;
            });
        if (parse.GetValue(_results) is { } path)
        {
            using var stream = File.Create(path);
            PPLCNet.Vision.Detection.Formats.CocoResultFormat.Write(stream, found, detector.CategoryIds);
        }

        var results = ToResults(found, detector);
        var evaluation = CocoEvaluator.Evaluate(truth, results, null, run.Shard.Count > 1 ? run.Shard.Takes : null);
        foreach (var warning in evaluation.Warnings)
        {
            Terminal.Warn(warning);
        }

        return Outcome(evaluation, sum, _report.Read(parse, truth, results, folder));
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states) => Outcome(
        CocoMatches.Merge([.. states.Select(CocoMatchesState.Read)]).Accumulate(),
        states.Select(ReadTimings).Aggregate((a, b) => a + b),
        report: null);

    private static StageTimings ReadTimings(JsonElement state) =>
        state.TryGetProperty("ms", out var ms) && ms.ValueKind == JsonValueKind.Array && ms.GetArrayLength() == 3
            ? new StageTimings(0, ms[0].GetDouble(), ms[1].GetDouble(), ms[2].GetDouble())
            : throw new DataFormatException("Expected the state of `eval detector` with three times in 'ms', found none.");

    private static CocoResults ToResults(List<(long Id, Detections Detections)> found, Detector detector)
    {
        var results = new CocoResults(detector.Name);
        foreach (var (id, detections) in found)
        {
            for (var i = 0; i < detections.Count; i++)
            {
                var box = detections.Boxes[i];
                results.Add(id, detector.CategoryIds[detections.ClassIds[i]], CocoBox.FromCorners(box.X0, box.Y0, box.X1, box.Y1), detections.Scores[i]);
            }
        }

        return results;
    }

    private static void CheckCategories(Detector detector, CocoGroundTruth truth)
    {
        var shared = detector.CategoryIds.Count(id => truth.CategoryPosition(id) >= 0);
        if (shared == 0)
        {
            throw new DataFormatException(
                $"'{truth.Source}': expected categories of '{detector.Name}' ({string.Join(", ", detector.CategoryIds.Take(10))}, ...), "
                + $"found none of them among {string.Join(", ", truth.Categories.Take(10).Select(c => c.Id.ToString(CultureInfo.InvariantCulture)))}.");
        }
    }

    private static EvalOutcome Outcome(CocoEvaluation evaluation, StageTimings sum, CocoReportInput? report)
    {
        var coco = CocoOutcome.Of(evaluation, report);
        var images = evaluation.Matches.ImageIds.Count;
        coco.Summary.AddCount("images", images).AddCount("detections", evaluation.Categories.Sum(c => (long)c.Detections));
        if (images > 0)
        {
            coco.Summary.Add("ms_preprocess", sum.Preprocess / images).Add("ms_run", sum.Run / images).Add("ms_postprocess", sum.Postprocess / images);
        }

        return coco with
        {
            WriteState = json =>
            {
                json.WriteFloats("ms", (float)sum.Preprocess, (float)sum.Run, (float)sum.Postprocess);
                coco.WriteState!(json);
            },
        };
    }
}
