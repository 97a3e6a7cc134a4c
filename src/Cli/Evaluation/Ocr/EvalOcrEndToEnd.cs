using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Cli.Evaluation.Ocr;

/// <summary><c>eval ocr</c>: what was read and where, against ICDAR quads with texts.</summary>
internal sealed class EvalOcrEndToEnd() : EvalOcrImages("ocr", "Text end to end: found as in ocr-det, and read alike in letters and digits.")
{
    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var state = new State(new DetectionScore(), 0, 0, new EndToEndScore());
        var (cpu, report) = ForEach(parse, run, (truths, results) =>
        {
            var matches = DetectionMatcher.Match(truths, results);
            var alike = matches.Pairs.Count(p => TextForms.LettersAndDigits(p.Truth.Text) == TextForms.LettersAndDigits(p.Detection.Text));
            var exact = matches.Pairs.Count(p => TextForms.WithoutSpaces(p.Truth.Text) == TextForms.WithoutSpaces(p.Detection.Text));
            state += new State(
                new DetectionScore { Truths = matches.CareTruths, Detections = matches.CareDetections, Matched = matches.Pairs.Count },
                alike,
                exact,
                EndToEndScore.Of([.. truths], [.. results]));
            return $"{alike} of {matches.CareTruths} read, {matches.Pairs.Count} found, {matches.CareDetections} results";
        });
        return Outcome(state, cpu) with { WriteReport = report };
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states) =>
        Outcome(states.Select(State.Read).Aggregate((a, b) => a + b), null);

    /// <inheritdoc/>
    protected override (IDisposable Model, Func<PixelBuffer, CancellationToken, OcrResult> Read) Open(ParseResult parse, OcrFlags flags, string model)
    {
        var engine = LoadEngine(parse, flags, model);
        return (engine, (image, token) => engine.Read(image, null, token));
    }

    private static EvalOutcome Outcome(State state, double? cpu)
    {
        var (alike, exact) = (state.Found with { Matched = state.Alike }, state.Found with { Matched = state.Exact });
        var summary = new EvaluationSummary()
            .Add("precision", alike.Precision)
            .Add("recall", alike.Recall)
            .Add("hmean", alike.HMean)
            .Add("exact_hmean", exact.HMean)
            .Add("detection_precision", state.Found.Precision)
            .Add("detection_recall", state.Found.Recall)
            .Add("detection_hmean", state.Found.HMean)
            .Add("ppocr_precision", state.Ppocr.Precision)
            .Add("ppocr_recall", state.Ppocr.Recall)
            .Add("ppocr_fmeasure", state.Ppocr.FMeasure)
            .Add("ppocr_character_acc", state.Ppocr.CharacterAccuracy)
            .AddCount("truths", state.Found.Truths)
            .AddCount("detections", state.Found.Detections)
            .AddCount("matched", state.Alike);
        return new EvalOutcome
        {
            Summary = cpu is { } seconds ? summary.Add("cpu_seconds_per_image", seconds) : summary,
            WriteState = state.Write,
        };
    }

    /// <summary>Sums over images.</summary>
    private sealed record State(DetectionScore Found, long Alike, long Exact, EndToEndScore Ppocr)
    {
        public static State operator +(State a, State b) =>
            new(a.Found + b.Found, a.Alike + b.Alike, a.Exact + b.Exact, a.Ppocr + b.Ppocr);

        public static State Read(JsonElement json) => new(
            EvalOcrDetection.Read(json),
            json.GetProperty("alike").GetInt64(),
            json.GetProperty("exact").GetInt64(),
            new EndToEndScore
            {
                Images = json.GetProperty("ppocr_images").GetInt64(),
                Truths = json.GetProperty("ppocr_truths").GetInt64(),
                Results = json.GetProperty("ppocr_results").GetInt64(),
                Hits = json.GetProperty("ppocr_hits").GetInt64(),
                Edits = json.GetProperty("ppocr_edits").GetInt64(),
                Characters = json.GetProperty("ppocr_characters").GetInt64(),
            });

        public void Write(Utf8JsonWriter json)
        {
            EvalOcrDetection.Write(json, Found);
            json.WriteNumber("alike", Alike);
            json.WriteNumber("exact", Exact);
            json.WriteNumber("ppocr_images", Ppocr.Images);
            json.WriteNumber("ppocr_truths", Ppocr.Truths);
            json.WriteNumber("ppocr_results", Ppocr.Results);
            json.WriteNumber("ppocr_hits", Ppocr.Hits);
            json.WriteNumber("ppocr_edits", Ppocr.Edits);
            json.WriteNumber("ppocr_characters", Ppocr.Characters);
        }
    }
}
