using PPLCNet.Vision.Cli.Commands.Detect;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Evaluation;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Reports.Coco;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>eval detector</c>: a detector on images with COCO truth, COCO's twelve numbers.</summary>
internal static class EvalDetector
{
    // Mean average precision wants every box; the published figures are measured from this score on.
    private const float DefaultScore = 0.025f;

    /// <summary>The kind.</summary>
    public static EvalKind Kind { get; } = new(
        "detector",
        "A detector against COCO truth: average precision and recall of boxes.",
        Define,
        states => Outcome(DetectorScores.Merge(states), report: null, perCategory: false));

    private static Func<ParseResult, EvalRun, EvalOutcome> Define(Command command)
    {
        var images = command.Text("--images", "Folder of the images that the truth names.", "DIR", required: true);
        var gt = command.Text("--gt", "COCO instances file.", "GT.json", required: true);
        var score = command.Flag<float>("--score", "Only objects above this score.", "0..1").Default(DefaultScore);
        var iou = command.Flag<float?>(
            "--iou", "Of two boxes that overlap more than this, the weaker goes; the default is the model's.", "0..1");
        var coco =
            command.Text("--coco", "Write the detections as COCO results into this file too, with the truth's ids.", "OUT.json");
        var stop = command.Switch(
            "--stop-on-error", "End at the first image that cannot be read; else the figures are those of the rest.");
        var rules = new CocoRuleFlags(command);
        var report = new CocoReportFlags(command, hasImages: true);
        var runtime = new RuntimeFlags(command, "picodet-xs-320-coco");
        return (parse, run) =>
        {
            OutputFile.Protect(parse.GetValue(gt)!);
            if (parse.GetValue(coco) is { } target)
            {
                DetectFiles.CheckCoco(target);
            }

            var truth = CocoGroundTruth.Load(parse.GetValue(gt)!);
            EvalCoco.RequireImages(truth);
            var folder = parse.GetValue(images)!;
            using var loaded = Detector.Load(runtime.Model(parse), new ModelOptions { Runtime = runtime.Runtime(parse) });
            using var detector = loaded.With(new DetectionOptions { ScoreThreshold = parse.GetValue(score), IouThreshold = parse.GetValue(iou) });
            var found = new DetectorEvaluation(detector, truth);
            var options = rules.Apply(parse, CocoEvaluationOptions.Default);
            run.ForEach(truth.Images, runtime.Workers(parse), (image, token) => found.Detect(folder, image, token), answer =>
            {
                if (answer.Error is { } error)
                {
                    var message = Failure.Message(error);
                    Terminal.Warn(parse.GetValue(stop) ? throw new DataFormatException(message, error) : message);
                }

                found.Add(answer);
            });
            var results = found.ToResults();
            var scores = found.Score(options, results);
            if (parse.GetValue(coco) is { } path)
            {
                AtomicFile.Write(path, overwrite: true, stream => CocoResultFormat.Write(stream, found.Found, found.Pairs.OfClass));
            }

            Terminal.Warn(found.Warnings().Concat(scores.Evaluation.Warnings));
            return Outcome(scores, report.Read(parse, truth, results, folder), report.IsPerCategory(parse));
        };
    }

    private static EvalOutcome Outcome(DetectorScores scores, CocoReportInput? report, bool perCategory) =>
        new(scores.Summarize(perCategory), scores.WriteState)
        {
            ExitCode = scores.Failed > 0 ? ExitCode.InputsFailed : ExitCode.Ok,
            WriteReport = page => CocoReport.Write(page, scores.Evaluation, report),
        };
}
