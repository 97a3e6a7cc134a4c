using System.CommandLine;
using System.Text.Json;
using PPLCNet.Vision.Evaluation.Retrieval;

namespace PPLCNet.Vision.Cli.Evaluation.Retrieval;

/// <summary><c>eval retrieval</c>: how well embeddings find images of the same label.</summary>
internal sealed class EvalRetrieval() : EvalKind("retrieval", "Image search: recall@k, precision@k, mAP, mINP; leave one out, or queries against a gallery.")
{
    private const int ShownConfusions = 40;

    private readonly Option<int[]> _ks = new("--k")
    {
        Description = "Ranks of recall and precision.",
        HelpName = "K",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 5, 10],
    };

    private readonly Option<bool> _paddle = new("--paddle") { Description = "Count as PaddleClas does, to reproduce published figures." };
    private RetrievalInput? _input;

    /// <inheritdoc/>
    public override bool CanShard => true;

    /// <inheritdoc/>
    public override void AddFlags(Command command)
    {
        _input = new RetrievalInput(command);
        command.Options.Add(_ks);
        command.Options.Add(_paddle);
    }

    /// <inheritdoc/>
    public override EvalOutcome Run(ParseResult parse, EvalRun run)
    {
        var options = new RetrievalOptions { Ks = parse.GetValue(_ks)!, PaddleCompatible = parse.GetValue(_paddle) };
        var (gallery, queries) = _input!.Read(parse, run);
        int[] mine = [.. Enumerable.Range(0, (queries ?? gallery).Count).Where(i => run.Shard.Takes(i))];
        var outcomes = queries is null
            ? RetrievalEvaluator.LeaveOneOut(gallery, mine, options, Interrupt.Abort)
            : RetrievalEvaluator.Evaluate(queries, mine, gallery, options, Interrupt.Abort);
        return Outcome(outcomes, options);
    }

    /// <inheritdoc/>
    public override EvalOutcome Merge(IReadOnlyList<JsonElement> states)
    {
        var options = RetrievalState.ReadOptions(states[0]);
        return Outcome([.. states.SelectMany(s => RetrievalState.ReadOutcomes(s, options))], options);
    }

    private static EvalOutcome Outcome(IReadOnlyList<QueryOutcome> outcomes, RetrievalOptions options)
    {
        var report = RetrievalReport.Of(outcomes, options);
        return new EvalOutcome
        {
            Summary = report.Summarize(),
            WriteState = json => RetrievalState.Write(json, report, options),
            WriteReport = page => page.Table(
                "Taken for each other at rank 1",
                ["label", "taken for", "times"],
                report.Confusions().Take(ShownConfusions).Select(c => (string[])[c.Label, c.TakenFor, $"{c.Count}"])),
        };
    }
}
