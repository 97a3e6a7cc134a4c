using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Commands.Segment;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary>
/// <c>pplcnet eval segmentation</c>: PaddleSeg's measures over folders of label maps, or over a model's answers.
/// </summary>
internal sealed class EvalSegmentation() : EvalKind("segmentation", "mIoU, accuracy, kappa and Dice of label maps, as PaddleSeg counts them.")
{
    private readonly Option<string> _truth = new("--gt") { Description = "Folder of label maps (PNG of class ids).", HelpName = "DIR", Required = true };
    private readonly Option<string?> _predicted = new("--pred") { Description = "Folder of predicted label maps of the same names.", HelpName = "DIR" };
    private readonly Option<string?> _images = new("--images") { Description = "Folder of images of the same names, for --model.", HelpName = "DIR" };
    private readonly Option<int?> _classes = new("--classes") { Description = "Number of classes; with a model, as many as it has.", HelpName = "N" };
    private readonly Option<int?> _ignore = new("--ignore") 
    {
        Description = "True id that does not count, a class or another id; the model's, else 255.",
        HelpName = "ID",
    };

    private readonly AbsentFlag _absent = new();
    private readonly IdMapFlag _map = new();
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
        _absent.AddTo(command);
        _map.AddTo(command);
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
        var map = _map.Read(parse);
        if (parse.GetValue(_predicted) is { } predicted)
        {
            var byFiles = SegmentationCounts.Create(
                parse.GetValue(_classes)!.Value, parse.GetValue(_ignore), 255, _absent.Read(parse), []);
            var pairs = LabelPair.ByName(truth, predicted, [".png"]);
            return Count(run, pairs, workers, byFiles, map, (pair, _) => Read(pair.Other, map));
        }

        var model = _runtime.Model(parse);
        using var segmenter = _segmenter.Load(parse, model.Length > 0 ? model : Segmenter.DefaultModel, _runtime.Runtime(parse));

        // Who asks for more classes than the model has wants its void counted as one of them.
        var classes = parse.GetValue(_classes) ?? segmenter.Labels.Count;
        var ignore = parse.GetValue(_ignore) ?? (parse.GetValue(_classes) is null ? segmenter.Settings.Void : null);
        var byModel = SegmentationCounts.Create(
            classes, ignore, segmenter.Settings.Void ?? 255, _absent.Read(parse), segmenter.Labels);
        return Count(
            run, LabelPair.ByName(truth, parse.GetValue(_images)!, [.. ImageFile.Extensions]), workers, byModel, map,
            (pair, stop) => segmenter.Segment(pair.Other, null, stop).Map);
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states) =>
        SegmentationOutcome.Of(SegmentationCounts.Merge(states));

    private static LabelMap Read(string path, byte[]? map) => map is null ? LabelMap.Read(path) : LabelMap.Read(path).Remap(map);

    private static EvalOutcome Count(
        EvalRun run, IReadOnlyList<LabelPair> pairs, int workers, SegmentationCounts counts, byte[]? map,
        Func<LabelPair, CancellationToken, LabelMap> predict)
    {
        var matrix = counts.Matrix;
        run.ForEach(
            pairs,
            workers,
            (pair, stop) =>
            {
                var truth = Read(pair.Truth, map);
                var predicted = predict(pair, stop);
                LabelPair.CheckSize(truth, predicted, pair.Truth, pair.Other);
                var part = new ConfusionMatrix(matrix.Classes, matrix.Ignore);
                try
                {
                    part.Add(truth.Ids, predicted.Ids);
                }
                catch (ArgumentException e)
                {
                    throw new DataFormatException($"'{pair.Truth}' and '{pair.Other}': {e.Message}", e);
                }

                return part;
            },
            matrix.Merge);
        return SegmentationOutcome.Of(counts);
    }
}
