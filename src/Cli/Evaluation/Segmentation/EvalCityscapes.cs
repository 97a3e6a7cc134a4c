using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Reports.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary><c>pplcnet eval cityscapes</c>: the official pixel-level evaluation.</summary>
internal sealed class EvalCityscapes() : EvalKind("cityscapes", "Cityscapes' pixel-level evaluation: class and category IoU, iIoU, as cityscapesScripts.")
{
    private readonly Option<string> _truth = new("--gt") { Description = "Ground truth: the data set's root, gtFine, or a split of it.", HelpName = "DIR", Required = true };
    private readonly Option<string> _predicted = new("--pred") { Description = "Predictions CITY_SEQUENCE_FRAME*.png by label ids.", HelpName = "DIR", Required = true };
    private readonly Option<bool> _trainIds = new("--train-ids")
    {
        Description = "The predictions hold train ids (0 to 18, 255) and not label ids.",
    };

    private readonly Option<int?> _workers = RuntimeFlags.WorkersFlag();

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        command.Options.Add(_truth);
        command.Options.Add(_predicted);
        command.Options.Add(_trainIds);
        command.Options.Add(_workers);
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var pairs = CityscapesFiles.Pair(parse.GetValue(_truth)!, parse.GetValue(_predicted)!);
        var evaluator = new CityscapesEvaluator();
        var byTrainIds = parse.GetValue(_trainIds);
        run.ForEach(
            pairs,
            parse.GetValue(_workers) ?? Environment.ProcessorCount,
            (pair, _) =>
            {
                var one = new CityscapesEvaluator();
                one.Add(
                    CityscapesIdMap.Read(pair.Truth),
                    byTrainIds ? CityscapesTrainIdMap.Read(pair.Predicted).ToLabelIds() : CityscapesIdMap.Read(pair.Predicted),
                    pair.Instances is { } instances ? InstanceMap.Read(instances) : null);
                return one;
            },
            evaluator.Merge);
        var without = pairs.Where((p, position) => p.Instances is null && run.Shard.Takes(position)).Select(p => p.Truth);
        return Outcome(evaluator, [.. without]);
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states)
    {
        var evaluator = new CityscapesEvaluator();
        foreach (var state in states)
        {
            evaluator.Merge(CityscapesState.Read(state));
        }

        return Outcome(evaluator, []);
    }

    /// <param name="evaluator">What was counted.</param>
    /// <param name="without">Ground truth without instances, where it is known.</param>
    private static EvalOutcome Outcome(CityscapesEvaluator evaluator, IReadOnlyList<string> without)
    {
        var scores = evaluator.Score();
        return new EvalOutcome
        {
            Summary = scores.Summarize(evaluator.Pairs),
            Notes = CityscapesNotes.Of(evaluator, scores, without),
            WriteState = json => CityscapesState.Write(json, evaluator),
            WriteReport = page => CityscapesReport.Write(page, evaluator, scores),
        };
    }
}
