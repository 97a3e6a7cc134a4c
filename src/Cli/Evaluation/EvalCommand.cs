using System.CommandLine;
using PPLCNet.Vision.Cli.Inputs;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>pplcnet eval KIND</c>, and <c>eval merge</c> over state files of shards.</summary>
internal sealed class EvalCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Create()
    {
        var group = new Command("eval", "Measure results against truth: a table, or one flat JSON object in full precision.");
        foreach (var kind in CommandList.EvalKinds)
        {
            group.Subcommands.Add(CreateKind(kind));
        }

        group.Subcommands.Add(CreateMerge());
        return group;
    }

    private static Command CreateKind(EvalKind kind)
    {
        var command = new Command(kind.Name, kind.Description);
        kind.AddFlags(command);
        var output = new EvalOutput(command);
        var shard = Shard.Flag();
        var state = new Option<string?>("--state") { Description = "Write what `eval merge` needs to join this shard with others.", HelpName = "FILE" };
        if (kind.CanShard)
        {
            command.Options.Add(shard);
            command.Options.Add(state);
        }

        command.SetAction(parse =>
        {
            var run = new EvalRun { Name = kind.Name, Shard = kind.CanShard ? parse.GetValue(shard) : Shard.Whole };
            var outcome = kind.Run(parse, run);
            if (kind.CanShard && parse.GetValue(state) is { } path)
            {
                EvalState.Write(path, kind, run.Shard, outcome);
            }

            return output.Write(parse, kind, outcome);
        });
        return command;
    }

    private static Command CreateMerge()
    {
        var command = new Command("merge", "Join the state files of shards; equals one run over everything.");
        var files = new Argument<string[]>("STATE") { Description = "Files of `eval KIND --state`.", Arity = ArgumentArity.OneOrMore };
        command.Arguments.Add(files);
        var output = new EvalOutput(command);
        command.SetAction(parse =>
        {
            var paths = parse.GetValue(files)!;
            var (kind, states) = EvalState.Read(paths);
            return output.Write(parse, kind, EvalState.Merge(kind, paths, states));
        });
        return command;
    }
}
