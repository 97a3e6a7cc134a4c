using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Reports.Coco;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>eval coco</c>: a results file against a truth file, to the numbers of the COCO API.</summary>
internal static class EvalCoco
{
    /// <summary>The kind.</summary>
    public static EvalKind Kind { get; } = new(
        "coco",
        "Detection as COCO measures it: average precision and recall of boxes or masks.",
        Define,
        states => Outcome(CocoMatches.Merge([.. states.Select(CocoMatchesState.Read)]).Accumulate()));

    /// <summary>Refuses a truth without images, over which there is nothing to measure.</summary>
    /// <exception cref="DataFormatException">It has none.</exception>
    public static void RequireImages(CocoGroundTruth truth)
    {
        if (truth.Images.Count == 0)
        {
            throw new DataFormatException($"'{truth.Source}': expected images to evaluate, found none.");
        }
    }

    private static Func<ParseResult, EvalRun, EvalOutcome> Define(Command command)
    {
        var gt = command.Text("--gt", "Truth: a COCO instances file.", "FILE", required: true);
        var dt = command.Text("--dt", "Detections: a COCO results file.", "FILE", required: true);
        var overlap = command.Text("--iou", "What overlaps are measured on.").Default("bbox").OneOf("bbox", "segm");
        var threads = command.Flag<int>(
            "--threads", "Categories evaluated in parallel; 0 = one for each processor. The results do not depend on it.", "N");
        var anyCategory = command.Switch("--any-category", "Evaluate as one category, as for proposals.");
        var lvis = command.Switch("--lvis", "LVIS's rules and numbers: federated truth, the best 300 detections of each image.");
        var rules = new CocoRuleFlags(command);
        var report = new CocoReportFlags(command);
        return (parse, run) =>
        {
            var iou = parse.GetValue(overlap) == "segm" ? CocoIou.Mask : CocoIou.Box;
            var options = rules.Apply(parse, parse.GetValue(lvis) ? CocoEvaluationOptions.Lvis : CocoEvaluationOptions.Default) with
            {
                Iou = iou, Threads = parse.GetValue(threads), UseCategories = !parse.GetValue(anyCategory),
            };
            var (truth, results) = Load(parse.GetValue(gt)!, parse.GetValue(dt)!, iou);
            RequireImages(truth);
            var evaluation = CocoEvaluator.Evaluate(truth, results, options, run.Shard.Count > 1 ? run.Shard.Takes : null);
            Terminal.Warn(evaluation.Warnings);
            return Outcome(evaluation, report.Read(parse, truth, results), report.IsPerCategory(parse));
        };
    }

    private static EvalOutcome Outcome(CocoEvaluation evaluation, CocoReportInput? report = null, bool perCategory = false) =>
        new(CocoFigures.Summarize(evaluation, perCategory), json => CocoMatchesState.Write(json, evaluation.Matches))
        {
            WriteReport = page => CocoReport.Write(page, evaluation, report),
        };

    private static (CocoGroundTruth Truth, CocoResults Results) Load(string truthPath, string resultsPath, CocoIou iou)
    {
        var results = Task.Run(() => CocoResults.Load(resultsPath, iou));
        try
        {
            return (CocoGroundTruth.Load(truthPath, iou), results.GetAwaiter().GetResult());
        }
        finally
        {
            ((IAsyncResult)results).AsyncWaitHandle.WaitOne(); // a faulty truth is told first; the other file is closed by then
        }
    }
}
