using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;

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
        var summary = new EvalSummary()
            .Add("averageScoreClasses", scores.AverageScoreClasses)
            .Add("averageScoreInstClasses", scores.AverageScoreInstClasses)
            .Add("averageScoreCategories", scores.AverageScoreCategories)
            .Add("averageScoreInstCategories", scores.AverageScoreInstCategories)
            .AddCount("pairs", evaluator.Pairs);
        foreach (var (prefix, values) in Groups(scores))
        {
            foreach (var (name, value) in values)
            {
                summary.Add($"{prefix}.{name}", value);
            }
        }

        return new EvalOutcome
        {
            Summary = summary,
            Notes = [.. CityscapesNotes.Of(evaluator, scores, without)],
            WriteState = json => CityscapesState.Write(json, evaluator),
            WriteReport = page =>
            {
                var labels = CityscapesLabels.Evaluated;
                SegmentationPlots.Confusion(page, evaluator.Confusion, [.. labels.Select(l => l.Id)], [.. labels.Select(l => l.Name)]);
                SegmentationPlots.Bars(page, "classes.png", "IoU by class", [.. labels.Select(l => (l.Name, scores.ClassScores[l.Name]))]);
                SegmentationPlots.Bars(page, "categories.png", "IoU by category", [.. scores.CategoryScores.Select(c => (c.Key, c.Value))]);
                page.Table("Classes", ["class", "IoU", "iIoU", "prior"], labels.Select(l => (string[])
                    [l.Name, $"{scores.ClassScores[l.Name]:0.0000}", $"{scores.ClassInstScores[l.Name]:0.0000}", $"{scores.Priors[l.Name]:0.0000}"]));
                File.WriteAllBytes(Path.Combine(page.Folder, "resultPixelLevelSemanticLabeling.json"), CityscapesResultFile.Build(evaluator, scores));
            },
        };
    }

    private static IEnumerable<(string Prefix, IReadOnlyDictionary<string, double> Values)> Groups(CityscapesScores scores) =>
    [
        ("classScores", scores.ClassScores),
        ("classInstScores", scores.ClassInstScores),
        ("categoryScores", scores.CategoryScores),
        ("categoryInstScores", scores.CategoryInstScores),
    ];
}
