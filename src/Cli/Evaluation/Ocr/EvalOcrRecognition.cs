using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Commands.Ocr;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Reports;

namespace PPLCNet.Vision.Cli.Evaluation.Ocr;

/// <summary><c>eval ocr-rec</c>: text lines against their labels.</summary>
internal sealed class EvalOcrRecognition() : EvalKind("ocr-rec", "Recognition of text lines: accuracy, edit distance (as PP-OCR and plain), character error rate.")
{
    private const int ShownErrors = 60;

    private readonly Option<string> _labels = new("--labels") { Description = "Truth: path, tab or space, text on each line.", Required = true, HelpName = "FILE" };
    private readonly Option<string?> _pred = new("--pred") { Description = "What was read, in the same form or as JSON lines of `ocr --task rec`; without it a model reads.", HelpName = "FILE" };
    private readonly Option<int?> _limit = new("--limit") { Description = "Only the first N lines.", HelpName = "N" };
    private OcrFlags? _flags;
    private RuntimeFlags? _runtime;

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        command.Options.Add(_labels);
        command.Options.Add(_pred);
        command.Options.Add(_limit);
        _flags = new OcrFlags(command);
        _runtime = new RuntimeFlags(command, OcrEngine.DefaultModel);
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var path = parse.GetValue(_labels)!;
        var labels = LabelFile.Read(path);
        if (labels.Count == 0)
        {
            throw new DataFormatException($"'{path}': expected lines of path and text, found none.");
        }

        if (parse.GetValue(_limit) is { } limit)
        {
            labels = [.. labels.Take(limit)];
        }

        var score = new RecognitionScore();
        var errors = new List<(string Path, string Truth, string Read)>();
        void Accept((LabelledLine Label, string Read) answer)
        {
            if (!score.Add(answer.Read, answer.Label.Text) && errors.Count < ShownErrors)
            {
                errors.Add((answer.Label.Path, answer.Label.Text, answer.Read));
            }
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (parse.GetValue(_pred) is { } predicted)
        {
            var texts = OcrPredictions.ReadTexts(predicted);
            run.ForEach(labels, 1, (label, _) => (label, texts.Find(label.Path)), Accept);
        }
        else
        {
            var model = _runtime!.Model(parse);
            using var reader = LineReader.Load(OcrModelParts.Of(model).NeedRecognizer(), _flags!.Load(parse, model, _runtime.Runtime(parse)));
            var options = _flags.Read(parse, model);
            run.ForEach(
                labels,
                _runtime.Workers(parse),
                (label, token) => (label, reader.Read(Path.Combine(folder, label.Path), options, token).Text),
                Accept);
        }

        return Outcome(score) with { WriteReport = page => Report(page, folder, errors) };
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states)
    {
        var score = new RecognitionScore();
        foreach (var state in states)
        {
            score.Merge(RecognitionScore.FromState(
                state.GetProperty("count").GetInt64(),
                state.GetProperty("hits").GetInt64(),
                state.GetProperty("alnum_hits").GetInt64(),
                state.GetProperty("edits").GetInt64(),
                state.GetProperty("characters").GetInt64(),
                state.GetProperty("distances").EnumerateArray().Select(d => KeyValuePair.Create(d[0].GetInt32(), d[1].GetInt64()))));
        }

        return Outcome(score);
    }

    private static EvalOutcome Outcome(RecognitionScore score) => new()
    {
        Summary = new EvaluationSummary()
            .AddCount("count", score.Count)
            .Add("accuracy", score.Accuracy)
            .Add("accuracy_alnum", score.AlnumAccuracy)
            .Add("ned", score.NormalizedEditSimilarity)
            .Add("cer", score.CharacterErrorRate)
            .Add("ppocr_acc", score.PpocrAccuracy)
            .Add("ppocr_acc_filtered", score.PpocrFilteredAccuracy)
            .Add("ppocr_norm_edit_dis", score.PpocrNormalizedEditDistance),
        WriteState = json =>
        {
            json.WriteNumber("count", score.Count);
            json.WriteNumber("hits", score.Hits);
            json.WriteNumber("alnum_hits", score.AlnumHits);
            json.WriteNumber("edits", score.Edits);
            json.WriteNumber("characters", score.Characters);
            json.WriteStartArray("distances");
            foreach (var (length, sum) in score.Distances)
            {
                json.WriteStartArray();
                json.WriteNumberValue(length);
                json.WriteNumberValue(sum);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        },
    };

    private static void Report(HtmlPage page, string folder, List<(string Path, string Truth, string Read)> errors)
    {
        page.Heading($"First {errors.Count} errors");
        for (var i = 0; i < errors.Count; i++)
        {
            var (path, truth, read) = errors[i];
            page.Image($"errors/{i:000}.png", ImageFile.Read(Path.Combine(folder, path)), $"truth {truth}, read {read}");
        }
    }
}
