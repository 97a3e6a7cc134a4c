using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Evaluation.Coco;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Evaluation;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Images;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Reports.Coco;
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
    private readonly Option<bool> _stop = new("--stop-on-error")
    {
        Description = "End at the first image that cannot be read; else the figures are those of the rest.",
    };
    private readonly CocoRuleFlags _rules = new();
    private readonly CocoReportFlags _report = new();
    private readonly Option<string?> _results = new("--coco")
    {
        Description = "Write the detections as COCO results into this file too, with the truth's ids.",
        HelpName = "OUT.json",
    };
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
        command.Options.Add(_stop);
        _rules.AddTo(command);
        _report.AddTo(command, hasImages: true);
        _runtime = new RuntimeFlags(command, "picodet-xs-320-coco");
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        OutputFile.Protect(parse.GetValue(_truth)!);
        if (parse.GetValue(_results) is { } target)
        {
            OutputFile.Check(target, _results.Name, OutputFile.Begins("[{\"image_id\"", "[]"), "COCO results of an earlier run");
        }

        var truth = CocoGroundTruth.Load(parse.GetValue(_truth)!);
        CocoOutcome.RequireImages(truth);
        var folder = parse.GetValue(_images)!;
        using var loaded = Detector.Load(_runtime!.Model(parse), new ModelOptions { Runtime = _runtime.Runtime(parse) });
        using var detector = loaded.With(new DetectionOptions { ScoreThreshold = parse.GetValue(_score), IouThreshold = parse.GetValue(_iou) });
        var found = new DetectorEvaluation(detector, truth);
        var options = _rules.Apply(parse, CocoEvaluationOptions.Default);
        var stops = parse.GetValue(_stop);
        run.ForEach(
            truth.Images, _runtime.Workers(parse), (image, token) => Detect(detector, folder, image, token), answer => Accept(found, answer, stops));
        var results = found.ToResults();
        var scores = found.Score(options, results);
        if (parse.GetValue(_results) is { } path)
        {
            AtomicFile.Write(path, overwrite: true, stream => CocoResultFormat.Write(stream, found.Found, found.Pairs.OfClass));
        }

        foreach (var warning in found.Warnings().Concat(scores.Evaluation.Warnings))
        {
            Terminal.Warn(warning);
        }

        return Outcome(scores, _report.Read(parse, truth, results, folder), _report.IsPerCategory(parse));
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states) => Outcome(DetectorScores.Merge(states), report: null, perCategory: false);

    private static Answer Detect(Detector detector, string folder, CocoImage image, CancellationToken cancellationToken)
    {
        try
        {
            var pixels = ImageFile.Read(CocoImageFiles.Find(folder, image));
            return new Answer(image, pixels.Width, pixels.Height, detector.Detect(pixels, null, cancellationToken), null);
        }
        catch (Exception e) when (!Failure.IsFatal(e))
        {
            return new Answer(image, 0, 0, null, e);
        }
    }

    private static void Accept(DetectorEvaluation found, Answer answer, bool stops)
    {
        if (answer.Detections is { } detections)
        {
            found.Add(answer.Image, answer.Width, answer.Height, detections);
            return;
        }

        var message = Failure.Message(answer.Error!);
        if (stops)
        {
            throw new DataFormatException(message, answer.Error);
        }

        found.AddFailure(answer.Image, answer.Error!);
        Terminal.Warn(message);
    }

    private static EvalOutcome Outcome(DetectorScores scores, CocoReportInput? report, bool perCategory) => new()
    {
        Summary = scores.Summarize(perCategory),
        ExitCode = scores.Failed > 0 ? ExitCode.InputsFailed : ExitCode.Ok,
        WriteState = scores.WriteState,
        WriteReport = page => CocoReport.Write(page, scores.Evaluation, report),
    };

    private sealed record Answer(CocoImage Image, int Width, int Height, Detections? Detections, Exception? Error);
}
