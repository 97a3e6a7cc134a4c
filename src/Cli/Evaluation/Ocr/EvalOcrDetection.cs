using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Cli.Evaluation.Ocr;

/// <summary><c>eval ocr-det</c>: where text was found, against ICDAR quads.</summary>
internal sealed class EvalOcrDetection() : EvalOcrImages("ocr-det", "Text detection: one to one at IoU above 0.5, with don't-care regions (ICDAR).")
{
    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var score = new DetectionScore();
        var (cpu, report) = ForEach(parse, run, (truths, results) =>
        {
            var matches = DetectionMatcher.Match(truths, results);
            score += new DetectionScore { Truths = matches.CareTruths, Detections = matches.CareDetections, Matched = matches.Pairs.Count };
            return $"{matches.Pairs.Count} of {matches.CareTruths} found, {matches.CareDetections} results";
        });
        return Outcome(score, cpu) with { WriteReport = report };
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states) =>
        Outcome(states.Aggregate(new DetectionScore(), (sum, state) => sum + Read(state)), null);

    /// <inheritdoc/>
    protected override (IDisposable Model, Func<PixelBuffer, CancellationToken, OcrResult> Read) Open(ParseResult parse, OcrFlags flags, string model)
    {
        // Words need the recognizer: its columns say where they end.
        if (flags.Read(parse, model).Words)
        {
            var engine = LoadEngine(parse, flags, model);
            return (engine, (image, token) => engine.Read(image, null, token));
        }

        var detector = flags.LoadDetector(parse, model, Runtime(parse));
        return (detector, (image, token) =>
        {
            var found = detector.Detect(image, null, token);
            return new OcrResult([.. found.Select(b => new OcrLine("", b.Score, b.Quad, []))], 0, found.Timings);
        });
    }

    /// <summary>Writes a score's sums.</summary>
    internal static void Write(Utf8JsonWriter json, DetectionScore score)
    {
        json.WriteNumber("truths", score.Truths);
        json.WriteNumber("detections", score.Detections);
        json.WriteNumber("matched", score.Matched);
    }

    /// <summary>Reads a score's sums.</summary>
    internal static DetectionScore Read(JsonElement state) => new()
    {
        Truths = state.GetProperty("truths").GetInt64(),
        Detections = state.GetProperty("detections").GetInt64(),
        Matched = state.GetProperty("matched").GetInt64(),
    };

    private static EvalOutcome Outcome(DetectionScore score, double? cpu)
    {
        var summary = new EvaluationSummary()
            .Add("precision", score.Precision)
            .Add("recall", score.Recall)
            .Add("hmean", score.HMean)
            .AddCount("truths", score.Truths)
            .AddCount("detections", score.Detections)
            .AddCount("matched", score.Matched);
        return new EvalOutcome
        {
            Summary = cpu is { } seconds ? summary.Add("cpu_seconds_per_image", seconds) : summary,
            WriteState = json => Write(json, score),
        };
    }
}
