using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Cli.Evaluation.Coco;

/// <summary><c>eval coco</c>: a results file against a truth file, to the numbers of the COCO API.</summary>
internal sealed class EvalCoco() : EvalKind("coco", "Detection as COCO measures it: average precision and recall of boxes or masks.")
{
    private readonly Option<string> _truth = new("--gt") { Description = "Truth: a COCO instances file.", Required = true, HelpName = "FILE" };
    private readonly Option<string> _results = new("--dt") { Description = "Detections: a COCO results file.", Required = true, HelpName = "FILE" };
    private readonly Option<int> _threads = new("--threads") { Description = "Categories evaluated in parallel; 0 = one for each processor. The results do not depend on it.", HelpName = "N" };
    private readonly Option<bool> _anyCategory = new("--any-category") { Description = "Evaluate as one category, as for proposals." };
    private readonly Option<bool> _lvis = new("--lvis") { Description = "LVIS's rules and numbers: federated truth, the best 300 detections of each image." };
    private readonly Option<string> _iou = IouFlag();
    private readonly CocoRuleFlags _rules = new();
    private readonly CocoReportFlags _report = new();

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        command.Options.Add(_truth);
        command.Options.Add(_results);
        command.Options.Add(_iou);
        command.Options.Add(_threads);
        command.Options.Add(_anyCategory);
        command.Options.Add(_lvis);
        _rules.AddTo(command);
        _report.AddTo(command);
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var iou = parse.GetValue(_iou) == "segm" ? CocoIou.Mask : CocoIou.Box;
        var rules = parse.GetValue(_lvis) ? CocoEvaluationOptions.Lvis : CocoEvaluationOptions.Default;
        var options = _rules.Apply(parse, rules) with
        {
            Iou = iou, Threads = parse.GetValue(_threads), UseCategories = !parse.GetValue(_anyCategory),
        };
        var (truth, results) = Load(parse.GetValue(_truth)!, parse.GetValue(_results)!, iou);
        CocoOutcome.RequireImages(truth);
        var evaluation = CocoEvaluator.Evaluate(truth, results, options, run.Shard.Count > 1 ? run.Shard.Takes : null);
        foreach (var warning in evaluation.Warnings)
        {
            Terminal.Warn(warning);
        }

        return CocoOutcome.Of(evaluation, _report.Read(parse, truth, results), _report.IsPerCategory(parse));
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states) => CocoOutcome.Merge(states);

    private static Option<string> IouFlag()
    {
        var flag = new Option<string>("--iou") { Description = "What overlaps are measured on.", DefaultValueFactory = _ => "bbox" };
        flag.AcceptOnlyFromAmong("bbox", "segm");
        return flag;
    }

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
