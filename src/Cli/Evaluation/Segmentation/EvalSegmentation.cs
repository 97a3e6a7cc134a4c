using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Commands.Segment;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary><c>pplcnet eval segmentation</c>: PaddleSeg's measures over folders of label maps, or over a model's answers.</summary>
internal sealed class EvalSegmentation() : EvalKind("segmentation", "mIoU, accuracy, kappa and Dice of label maps, as PaddleSeg counts them.")
{
    private readonly Option<string> _truth = new("--gt") { Description = "Folder of label maps (PNG of class ids).", HelpName = "DIR", Required = true };
    private readonly Option<string?> _predicted = new("--pred") { Description = "Folder of predicted label maps of the same names.", HelpName = "DIR" };
    private readonly Option<string?> _images = new("--images") { Description = "Folder of images of the same names, for --model.", HelpName = "DIR" };
    private readonly Option<int?> _classes = new("--classes") { Description = "Number of classes; with a model, as many as it has.", HelpName = "N" };
    private readonly Option<int?> _ignore = new("--ignore") { Description = "Id that does not count; the model's, else 255.", HelpName = "ID" };
    private readonly SegmenterFlags _segmenter = new();
    private RuntimeFlags _runtime = null!;

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        command.Options.Add(_truth);
        command.Options.Add(_predicted);
        command.Options.Add(_images);
        command.Options.Add(_classes);
        command.Options.Add(_ignore);
        _segmenter.AddTo(command);
        _runtime = new RuntimeFlags(command, null);
        command.Validators.Add(result =>
        {
            var (byFiles, byModel) = (result.GetValue(_predicted) is not null, result.GetValue(_images) is not null);
            if (byFiles == byModel)
            {
                result.AddError("eval segmentation takes either --pred DIR or --model NAME --images DIR.");
            }

            if (byFiles && result.GetValue(_classes) is null)
            {
                result.AddError("--pred needs --classes N.");
            }

            if (result.GetValue(_classes) is < 1 or > 256 || result.GetValue(_ignore) is < 0 or > 255)
            {
                result.AddError("--classes takes 1 to 256, --ignore 0 to 255.");
            }
        });
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var truth = parse.GetValue(_truth)!;
        var workers = _runtime.Workers(parse);
        if (parse.GetValue(_predicted) is { } predicted)
        {
            var matrix = new ConfusionMatrix(parse.GetValue(_classes)!.Value, IgnoreOf(parse, parse.GetValue(_classes)!.Value, 255));
            var pairs = LabelPair.ByName(truth, predicted, [".png"]);
            return Count(run, pairs, workers, matrix, [], (pair, _) => LabelMap.Read(pair.Other));
        }

        var model = _runtime.Model(parse);
        using var segmenter = _segmenter.Load(parse, model.Length > 0 ? model : Segmenter.DefaultModel, _runtime.Runtime(parse));
        var classes = parse.GetValue(_classes) ?? segmenter.Labels.Count;
        var ownMatrix = new ConfusionMatrix(classes, IgnoreOf(parse, classes, segmenter.Settings.Void ?? 255));
        return Count(
            run, LabelPair.ByName(truth, parse.GetValue(_images)!, [.. ImageFile.Extensions]), workers, ownMatrix, segmenter.Labels,
            (pair, stop) => segmenter.Segment(pair.Other, null, stop).Map);
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states)
    {
        ConfusionMatrix? matrix = null;
        string[] names = [];
        foreach (var state in states)
        {
            int? ignore = state.GetProperty("ignore") is { ValueKind: JsonValueKind.Number } id ? id.GetInt32() : null;
            var part = new ConfusionMatrix(state.GetProperty("classes").GetInt32(), ignore);
            ConfusionState.Read(state, part);
            names = [.. state.GetProperty("names").EnumerateArray().Select(n => n.GetString()!)];
            matrix ??= new ConfusionMatrix(part.Classes, part.Ignore);
            matrix.Merge(part);
        }

        return Outcome(matrix!, names);
    }

    private int? IgnoreOf(ParseResult parse, int classes, int otherwise) =>
        parse.GetValue(_ignore) ?? (otherwise >= classes ? otherwise : null);

    private static EvalOutcome Count(
        EvalRun run, IReadOnlyList<LabelPair> pairs, int workers, ConfusionMatrix matrix, IReadOnlyList<string> names,
        Func<LabelPair, CancellationToken, LabelMap> predict)
    {
        run.ForEach(
            pairs,
            workers,
            (pair, stop) =>
            {
                var truth = LabelMap.Read(pair.Truth);
                var predicted = predict(pair, stop);
                LabelPair.CheckSize(truth, predicted, pair.Truth, pair.Other);
                var counts = new ConfusionMatrix(matrix.Classes, matrix.Ignore);
                try
                {
                    counts.Add(truth.Ids, predicted.Ids);
                }
                catch (ArgumentException e)
                {
                    throw new DataFormatException($"'{pair.Truth}' and '{pair.Other}': {e.Message}", e);
                }

                return counts;
            },
            matrix.Merge);
        return Outcome(matrix, names);
    }

    private static EvalOutcome Outcome(ConfusionMatrix matrix, IReadOnlyList<string> names)
    {
        var scores = SegmentationScores.Of(matrix);
        string Name(int id) => id < names.Count ? names[id] : $"{id}";
        var summary = new EvalSummary()
            .Add("miou", scores.MeanIou)
            .Add("accuracy", scores.Accuracy)
            .Add("kappa", scores.Kappa)
            .Add("dice", scores.MeanDice)
            .AddCount("pixels", scores.Pixels);
        for (var id = 0; id < matrix.Classes; id++)
        {
            summary.Add($"iou.{Name(id)}", scores.ClassIou[id]);
        }

        return new EvalOutcome
        {
            Summary = summary,
            WriteState = json =>
            {
                json.WriteNumber("classes", matrix.Classes);
                if (matrix.Ignore is { } ignore)
                {
                    json.WriteNumber("ignore", ignore);
                }
                else
                {
                    json.WriteNull("ignore");
                }

                json.WriteStartArray("names");
                foreach (var name in names)
                {
                    json.WriteStringValue(name);
                }

                json.WriteEndArray();
                ConfusionState.Write(json, matrix);
            },
            WriteReport = page =>
            {
                var ids = Enumerable.Range(0, matrix.Classes).ToArray();
                SegmentationPlots.Confusion(page, matrix, ids, [.. ids.Select(Name)]);
                SegmentationPlots.Bars(page, "iou.png", "IoU by class", [.. ids.Select(i => (Name(i), scores.ClassIou[i]))]);
                page.Table("Classes", ["class", "IoU", "Dice", "precision", "recall"], ids.Select(i => (string[])
                    [Name(i), $"{scores.ClassIou[i]:0.0000}", $"{scores.ClassDice[i]:0.0000}", $"{scores.ClassPrecision[i]:0.0000}", $"{scores.ClassRecall[i]:0.0000}"]));
            },
        };
    }
}
