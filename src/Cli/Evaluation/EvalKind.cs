using System.Text.Json;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>One kind of evaluation, <c>pplcnet eval NAME</c>.</summary>
/// <param name="Name">Name on the command line and in state files.</param>
/// <param name="Description">One sentence for the help page.</param>
/// <param name="Define">Adds the kind's own flags to its command, and returns what evaluates.</param>
/// <param name="Merge">Joins the states of shards; the result equals that of one run over everything.</param>
internal sealed record EvalKind(
    string Name,
    string Description,
    Func<Command, Func<ParseResult, EvalRun, EvalOutcome>> Define,
    Func<IReadOnlyList<JsonElement>, EvalOutcome> Merge);
