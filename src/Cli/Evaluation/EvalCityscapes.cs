using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Reports.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>pplcnet eval cityscapes</c>: the official pixel-level evaluation.</summary>
internal static class EvalCityscapes
{
    /// <summary>The kind.</summary>
    public static EvalKind Kind { get; } = new(
        "cityscapes",
        "Cityscapes' pixel-level evaluation: class and category IoU, iIoU, as cityscapesScripts.",
        Define,
        states =>
        {
            var evaluator = new CityscapesEvaluator();
            foreach (var state in states)
            {
                evaluator.Merge(CityscapesState.Read(state));
            }

            return Outcome(evaluator, []);
        });

    private static Func<ParseResult, EvalRun, EvalOutcome> Define(Command command)
    {
        var truth = command.Text("--gt", "Ground truth: the data set's root, gtFine, or a split of it.", "DIR", required: true);
        var predicted = command.Text("--pred", "Predictions CITY_SEQUENCE_FRAME*.png by label ids.", "DIR", required: true);
        var trainIds = command.Switch("--train-ids", "The predictions hold train ids (0 to 18, 255) and not label ids.");
        var workers = RuntimeFlags.Workers(command);
        return (parse, run) =>
        {
            var pairs = CityscapesFiles.Pair(parse.GetValue(truth)!, parse.GetValue(predicted)!);
            var evaluator = new CityscapesEvaluator();
            var byTrainIds = parse.GetValue(trainIds);
            run.ForEach(
                pairs,
                parse.GetValue(workers) ?? Environment.ProcessorCount,
                (pair, _) => CityscapesEvaluator.Of(pair, byTrainIds),
                evaluator.Merge);
            return Outcome(evaluator, [.. pairs.Where((p, position) => p.Instances is null && run.Shard.Takes(position)).Select(p => p.Truth)]);
        };
    }

    /// <param name="evaluator">What was counted.</param>
    /// <param name="without">Ground truth without instances, where it is known.</param>
    private static EvalOutcome Outcome(CityscapesEvaluator evaluator, IReadOnlyList<string> without)
    {
        var scores = evaluator.Score();
        return new EvalOutcome(scores.Summarize(evaluator.Pairs), json => CityscapesState.Write(json, evaluator))
        {
            Notes = CityscapesNotes.Of(evaluator, scores, without, "--train-ids"),
            WriteReport = page => CityscapesReport.Write(page, evaluator, scores),
        };
    }
}
