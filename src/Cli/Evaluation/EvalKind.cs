using System.CommandLine;
using System.Text.Json;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>One kind of evaluation, <c>pplcnet eval NAME</c>.</summary>
internal abstract class EvalKind
{
    /// <summary>Names the kind.</summary>
    protected EvalKind(string name, string description)
    {
        Name = name;
        Description = description;
    }

    /// <summary>Name on the command line and in state files.</summary>
    public string Name { get; }

    /// <summary>One sentence for the help page.</summary>
    public string Description { get; }

    /// <summary>Whether <c>--shard</c> and <c>--state</c> work, so that <see cref="Merge"/> can join parts.</summary>
    public virtual bool CanShard => false;

    /// <summary>Adds the kind's own flags.</summary>
    public abstract void AddFlags(Command command);

    /// <summary>Evaluates.</summary>
    public abstract EvalOutcome Run(ParseResult parse, EvalRun run);

    /// <summary>Joins the states of shards; the result equals that of one run over everything.</summary>
    public virtual EvalOutcome Merge(IReadOnlyList<JsonElement> states) =>
        throw CliException.Usage($"eval {Name} has no states to merge.");
}
