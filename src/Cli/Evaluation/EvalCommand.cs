using PPLCNet.Vision.Evaluation;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>pplcnet eval KIND</c>, and <c>eval merge</c> over state files of shards.</summary>
internal static class EvalCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() =>
        new Command("eval", "Measure results against truth: a table, or one flat JSON object in full precision.")
            .With([.. CommandList.EvalKinds.Select(CreateKind), CreateMerge()]);

    private static Command CreateKind(EvalKind kind)
    {
        var command = new Command(kind.Name, kind.Description);
        var evaluate = kind.Define(command);
        var output = new EvalOutput(command);
        var shard = Shard.Flag(command);
        var state = command.Text("--state", "Write what `eval merge` needs to join this shard with others.", "FILE");
        command.SetAction(parse =>
        {
            var run = new EvalRun(kind.Name, parse.GetValue(shard));
            var outcome = evaluate(parse, run);
            if (parse.GetValue(state) is { } path)
            {
                OutputFile.Check(path, "--state", OutputFile.Begins("{\"pplcnet\":"), "the state of an earlier run");
                EvaluationState.Write(path, kind.Name, run.Shard.ToString(), outcome.WriteState);
            }

            return output.Write(parse, kind, outcome);
        });
        return command;
    }

    private static Command CreateMerge()
    {
        var command = new Command("merge", "Join the state files of shards; equals one run over everything.");
        var files = command.Argument<string[]>("STATE", "Files of `eval KIND --state`.", ArgumentArity.OneOrMore);
        var output = new EvalOutput(command);
        command.SetAction(parse =>
        {
            var (kind, outcome) = Merge(parse.GetValue(files)!);
            return output.Write(parse, kind, outcome);
        });
        return command;
    }

    /// <summary>Joins state files, which must be of one kind and of parts that do not overlap.</summary>
    /// <exception cref="DataFormatException">A file is no state, or the states do not fit each other.</exception>
    internal static (EvalKind Kind, EvalOutcome Outcome) Merge(IReadOnlyList<string> paths)
    {
        var states = EvaluationState.ReadParts(paths);
        var kind = CommandList.EvalKinds.FirstOrDefault(k => k.Name == states[0].Kind)
            ?? throw new DataFormatException($"'{paths[0]}': expected a kind of `pplcnet eval`, found '{states[0].Kind}'.");
        return (kind, EvaluationState.Merge(paths, states, kind.Merge));
    }
}
